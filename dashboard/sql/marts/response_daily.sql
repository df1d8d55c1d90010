-- marts.response_daily: answers by day and source.
SELECT *
FROM marts.response_daily
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY day, source
LIMIT $limit OFFSET $offset
