-- Respondents of a brand who were asked for NPS twice within 182 days, the second time in the period.
SELECT
    count(*) AS times,
    count(DISTINCT author) AS people,
    min(days_between) AS least_days
FROM core.survey_fatigue
WHERE brand = $brand AND published >= $begins AND published < $ends
