-- The scores that counted at time t (UTC).
CREATE MACRO core.score_as_of(t) AS TABLE
SELECT *
FROM core.score
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
