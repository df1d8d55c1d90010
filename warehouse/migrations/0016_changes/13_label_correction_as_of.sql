-- The corrections that counted at time t (UTC).
CREATE MACRO core.label_correction_as_of(t) AS TABLE
SELECT *
FROM core.label_correction
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
