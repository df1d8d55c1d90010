-- Reviews received and answers given by day, all sources together.
SELECT
    day,
    sum(received)::BIGINT AS received,
    sum(responses)::BIGINT AS responses,
    sum("open")::BIGINT AS "open"
FROM marts.response_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
GROUP BY day
ORDER BY day
