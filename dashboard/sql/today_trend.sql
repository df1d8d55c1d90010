-- The score and the mentions of a brand by day.
SELECT day, score, mentions, coverage
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
ORDER BY day
