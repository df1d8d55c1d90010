-- marts.brand_driver_daily: drivers by day.
SELECT *
FROM marts.brand_driver_daily
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY day, driver
LIMIT $limit OFFSET $offset
