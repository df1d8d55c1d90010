-- marts.competitor_matrix as it was told at time t (UTC).
CREATE MACRO marts.competitor_matrix_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.competitor_matrix
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
