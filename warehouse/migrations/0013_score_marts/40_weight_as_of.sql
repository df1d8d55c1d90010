-- core.weight as it was in force at time t (UTC).
CREATE MACRO core.weight_as_of(t) AS TABLE
SELECT *
FROM core.weight
WHERE known_from <= t
UNION ALL BY NAME
SELECT * EXCLUDE (known_to)
FROM core.weight_past
WHERE known_from <= t AND known_to > t
