-- marts.author_reach as it was told at time t (UTC).
CREATE MACRO marts.author_reach_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.author_reach
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
