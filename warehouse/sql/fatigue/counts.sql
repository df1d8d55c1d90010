-- How many NPS answers came too soon after the same person's last one, from how many people.
SELECT count(*) AS answers, count(DISTINCT (brand, author)) AS respondents
FROM core.survey_fatigue
WHERE $since IS NULL OR published >= $since
