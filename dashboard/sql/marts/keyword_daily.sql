-- marts.keyword_daily: keywords by day.
SELECT *
FROM marts.keyword_daily
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY day, keyword
LIMIT $limit OFFSET $offset
