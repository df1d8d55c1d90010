-- marts.share_of_voice_daily: share of voice by day and source.
SELECT *
FROM marts.share_of_voice_daily
WHERE brand = $brand
    AND day BETWEEN $first AND $last
ORDER BY day, watch, source
LIMIT $limit OFFSET $offset
