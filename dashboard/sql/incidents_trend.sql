-- Mentions and negatives of a brand by day; NULL where nothing at all was collected.
SELECT
    day,
    CASE WHEN coverage > 0 OR exposures > 0 THEN mentions END AS mentions,
    CASE WHEN coverage > 0 OR exposures > 0 THEN negative END AS negative
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
ORDER BY day
