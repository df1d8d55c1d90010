-- One row a brand, source that allows answers, and day on which an answer was given, or on which or
-- in the 27 days before which a review was received; other days have no row. The cohort are the
-- reviews received then, whenever they were answered; responses are the answers given on the day. A
-- figure from too few (core.minimum) is NULL, never 0. Intervals are Wilson's of 95 %.
-- columns: core.response_daily
CREATE VIEW marts.response_daily AS
WITH loaded AS (SELECT max(collected) AS at FROM core.load)

SELECT
    r.* EXCLUDE (known_from, known_to),
    date_diff('second', r.oldest_open, l.at) / 3600 AS oldest_open_hours,
    date_diff('second', r.oldest_open_28, l.at) / 3600 AS oldest_open_hours_28,
    r.known_from
FROM core.response_daily AS r, loaded AS l
WHERE known_to IS NULL
