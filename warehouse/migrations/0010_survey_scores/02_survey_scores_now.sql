-- NPS, CSAT and CES of each brand, segment and period that has answers. Every answer counts. A figure
-- from too few (core.minimum) is NULL, never 0. Intervals are of 95 %. Days are the brand's own.
-- columns: core.survey_scores
CREATE VIEW marts.survey_scores AS
SELECT * EXCLUDE (known_to)
FROM core.survey_scores
WHERE known_to IS NULL
