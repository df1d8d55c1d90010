-- marts.source_health as it was told at time t (UTC).
CREATE MACRO marts.source_health_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.source_health
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
