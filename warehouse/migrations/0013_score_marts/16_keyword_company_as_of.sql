-- marts.keyword_company as it was told at time t (UTC).
CREATE MACRO marts.keyword_company_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.keyword_company
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
