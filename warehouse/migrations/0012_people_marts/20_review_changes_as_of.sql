-- marts.review_changes as it was told at time t (UTC).
CREATE MACRO marts.review_changes_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.review_changes
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
