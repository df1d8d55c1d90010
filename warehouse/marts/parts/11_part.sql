-- The parts of the reputation score, one row a brand, day and part: its value (NULL where there is
-- no data) and its effective weight: a brand's own set before the default set, rescaled.
CREATE OR REPLACE TEMP TABLE part AS
WITH survey AS (
    SELECT
        v.brand,
        v.day,
        CASE
            WHEN v.n_nps_28 >= l.nps
                THEN ((v.promoters_28 - v.detractors_28) / v.n_nps_28 + 1) / 2
        END AS nps,
        CASE WHEN v.n_csat_28 >= l.csat THEN v.satisfied_28 / v.n_csat_28 END AS csat
    FROM surveyed AS v, at_least AS l
),

wide AS (
    SELECT
        p.brand,
        p.day,
        (
            (s.positive - s.negative + 20 * s.net_90 / nullif(s.scored_90, 0)) / (s.scored + 20) + 1
        ) / 2 AS sentiment,
        CASE
            WHEN r.n_365 >= l.rating_bayes THEN (7 * 0.625 + r.weighted_365) / (7 + r.weight_365)
        END AS rating,
        CASE
            WHEN a.n_target_28 >= l.answered_in_target THEN a.in_target_28 / a.n_target_28
        END AS response,
        CASE
            WHEN p.brands = 1 THEN 0.5
            WHEN t.of_all_28 >= l.share_of_voice THEN t.mentions_28 / t.of_all_28
        END AS attention,
        coalesce((v.nps + v.csat) / 2, v.nps, v.csat) AS surveys,
        NULL::DOUBLE AS stability
    FROM spine AS p
    CROSS JOIN at_least AS l
    JOIN sentiment AS s ON s.brand = p.brand AND s.day = p.day
    JOIN rated AS r ON r.brand = p.brand AND r.day = p.day
    JOIN responded AS a ON a.brand = p.brand AND a.day = p.day
    JOIN attention AS t ON t.brand = p.brand AND t.day = p.day
    JOIN survey AS v ON v.brand = p.brand AND v.day = p.day
),

long AS (
    SELECT *
    FROM wide UNPIVOT INCLUDE NULLS (
        value FOR part IN (sentiment, rating, response, attention, surveys, stability)
    )
),

own_weights AS (
    SELECT DISTINCT p.brand, p.day
    FROM spine AS p
    JOIN core.weight AS w
        ON w.brand = p.brand
        AND p.day >= w.valid_from
        AND (w.valid_to IS NULL OR p.day < w.valid_to)
),

weighted AS (
    SELECT g.brand, g.day, g.part, g.value, coalesce(w.weight, 0) AS weight
    FROM long AS g
    LEFT JOIN own_weights AS o ON o.brand = g.brand AND o.day = g.day
    LEFT JOIN core.weight AS w
        ON w.part = g.part
        AND w.brand IS NOT DISTINCT FROM o.brand
        AND g.day >= w.valid_from
        AND (w.valid_to IS NULL OR g.day < w.valid_to)
)

SELECT
    brand,
    day,
    part,
    value,
    CASE
        WHEN value IS NOT NULL
            THEN weight / nullif(
                sum(weight) FILTER (value IS NOT NULL) OVER (PARTITION BY brand, day), 0
            )
    END AS weight
FROM weighted
