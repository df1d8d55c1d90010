-- The score and the mentions of a brand by day; mentions are NULL where nothing at all was collected.
SELECT day, score, CASE WHEN coverage > 0 OR exposures > 0 THEN mentions END AS mentions, coverage
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
ORDER BY day
