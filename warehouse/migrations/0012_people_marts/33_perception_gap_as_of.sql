-- marts.perception_gap as it was told at time t (UTC).
CREATE MACRO marts.perception_gap_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.perception_gap
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
