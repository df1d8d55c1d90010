-- marts.survey_scores as it was told at time t (UTC).
CREATE MACRO marts.survey_scores_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.survey_scores
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
