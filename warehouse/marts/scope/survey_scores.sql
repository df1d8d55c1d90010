-- All rows told now.
SELECT *
FROM core.survey_scores
WHERE known_to IS NULL
