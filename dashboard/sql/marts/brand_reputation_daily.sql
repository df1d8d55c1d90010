-- marts.brand_reputation_daily: reputation by day.
SELECT *
FROM marts.brand_reputation_daily
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY day
LIMIT $limit OFFSET $offset
