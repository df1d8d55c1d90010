-- The answers that came soonest after the same person's last one.
SELECT brand, author, survey, published, previous_survey, previous_published, days_between
FROM core.survey_fatigue
WHERE $since IS NULL OR published >= $since
ORDER BY published - previous_published, brand, author, published
LIMIT $most
