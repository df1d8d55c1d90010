-- The least coverage of a brand's days in a stretch of time; NULL where none is told.
SELECT min(coverage)
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day >= $since::DATE AND day <= $until::DATE
