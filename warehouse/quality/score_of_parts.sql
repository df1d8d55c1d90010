-- The reputation score is 100 times the sum of its parts by their weights; observed is how far off
-- the worst one is.
-- table: marts.brand_reputation_daily
-- severity: fail
-- most: 1e-9
WITH summed AS (
    SELECT
        brand,
        day,
        abs(
            score - 100 * (
                coalesce(part_sentiment * weight_sentiment, 0)
                + coalesce(part_rating * weight_rating, 0)
                + coalesce(part_response * weight_response, 0)
                + coalesce(part_attention * weight_attention, 0)
                + coalesce(part_surveys * weight_surveys, 0)
                + coalesce(part_stability * weight_stability, 0)
            )
        ) AS off
    FROM marts.brand_reputation_daily
    WHERE score IS NOT NULL
)

SELECT
    count(*) FILTER (off > $most) AS failing,
    min(brand || ' ' || day, $examples) FILTER (off > $most) AS examples,
    max(off) AS observed
FROM summed
