-- The brand matches that counted at time t (UTC).
CREATE MACRO core.brand_match_as_of(t) AS TABLE
SELECT *
FROM core.brand_match
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
