-- Mentions and negatives of a brand by day.
SELECT day, mentions, negative
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
ORDER BY day
