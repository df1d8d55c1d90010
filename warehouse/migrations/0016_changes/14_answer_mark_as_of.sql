-- The marks that counted at time t (UTC).
CREATE MACRO core.answer_mark_as_of(t) AS TABLE
SELECT *
FROM core.answer_mark
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
