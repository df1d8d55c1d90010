-- marts.incidents as it was told at time t (UTC).
CREATE MACRO marts.incidents_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.incident
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
