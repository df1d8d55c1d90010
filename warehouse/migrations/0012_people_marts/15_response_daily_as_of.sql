-- marts.response_daily as it was told at time t (UTC).
CREATE MACRO marts.response_daily_as_of(t) AS TABLE
WITH loaded AS (SELECT max(collected) AS at FROM core.load WHERE finished <= t)

SELECT
    r.* EXCLUDE (known_from, known_to),
    date_diff('second', r.oldest_open, l.at) / 3600 AS oldest_open_hours,
    date_diff('second', r.oldest_open_28, l.at) / 3600 AS oldest_open_hours_28,
    r.known_from
FROM core.response_daily AS r, loaded AS l
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
