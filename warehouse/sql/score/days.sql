-- The days that a brand's score is told of, the first and the last.
SELECT min(day), max(day)
FROM marts.brand_reputation_daily
WHERE brand = $brand
