-- The weights of the parts that there are sum to 1, and a part that is missing has none; observed is
-- how far off the worst day is.
-- table: marts.brand_reputation_daily
-- severity: fail
-- most: 1e-9
WITH summed AS (
    SELECT
        brand,
        day,
        CASE
            WHEN
                part_sentiment IS NULL AND weight_sentiment > 0
                OR part_rating IS NULL AND weight_rating > 0
                OR part_response IS NULL AND weight_response > 0
                OR part_attention IS NULL AND weight_attention > 0
                OR part_surveys IS NULL AND weight_surveys > 0
                OR part_stability IS NULL AND weight_stability > 0
                THEN 1
            ELSE abs(
                coalesce(weight_sentiment, 0)
                + coalesce(weight_rating, 0)
                + coalesce(weight_response, 0)
                + coalesce(weight_attention, 0)
                + coalesce(weight_surveys, 0)
                + coalesce(weight_stability, 0)
                - 1
            )
        END AS off
    FROM marts.brand_reputation_daily
    WHERE score IS NOT NULL
)

SELECT
    count(*) FILTER (off > $most) AS failing,
    min(brand || ' ' || day, $examples) FILTER (off > $most) AS examples,
    max(off) AS observed
FROM summed
