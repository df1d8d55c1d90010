-- The score of each day under the weights $rows, of the parts that are kept with it, beside the score
-- as it is told. A brand's own set is taken before the default set, and weights are rescaled over the
-- parts there are, as in marts/parts/07_part.sql.
WITH weight AS (
    SELECT unnest(
        $rows::STRUCT(brand VARCHAR, part VARCHAR, weight DOUBLE, valid_from DATE, valid_to DATE)[],
        recursive := true
    )
),

told AS (
    SELECT
        brand,
        day,
        score,
        unnest([
            {'part': 'sentiment', 'value': part_sentiment},
            {'part': 'rating', 'value': part_rating},
            {'part': 'response', 'value': part_response},
            {'part': 'attention', 'value': part_attention},
            {'part': 'surveys', 'value': part_surveys},
            {'part': 'stability', 'value': part_stability}
        ], recursive := true)
    FROM marts.brand_reputation_daily
    WHERE ($brand::VARCHAR IS NULL OR brand = $brand)
        AND ($since::DATE IS NULL OR day >= $since)
),

own AS (
    SELECT DISTINCT t.brand, t.day
    FROM told AS t
    JOIN weight AS w
        ON w.brand = t.brand
        AND t.day >= w.valid_from
        AND (w.valid_to IS NULL OR t.day < w.valid_to)
),

weighted AS (
    SELECT t.*, coalesce(w.weight, 0) AS weight
    FROM told AS t
    LEFT JOIN own AS o ON o.brand = t.brand AND o.day = t.day
    LEFT JOIN weight AS w
        ON w.part = t.part
        AND w.brand IS NOT DISTINCT FROM o.brand
        AND t.day >= w.valid_from
        AND (w.valid_to IS NULL OR t.day < w.valid_to)
),

whole AS (
    SELECT brand, day, sum(weight ORDER BY part) AS weight
    FROM weighted
    WHERE value IS NOT NULL
    GROUP BY brand, day
),

replayed AS (
    SELECT
        g.brand,
        g.day,
        any_value(g.score) AS told,
        CASE
            WHEN count(g.value) FILTER (g.part <> 'attention') > 0
                THEN 100 * sum(g.weight / nullif(w.weight, 0) * g.value ORDER BY g.part)
        END AS replayed
    FROM weighted AS g
    LEFT JOIN whole AS w ON w.brand = g.brand AND w.day = g.day
    GROUP BY g.brand, g.day
)

SELECT brand, day, told, replayed, replayed - told AS difference
FROM replayed
ORDER BY brand, day
