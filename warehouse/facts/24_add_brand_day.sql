-- Every answer to a survey counts, copies too.
INSERT INTO core.brand_day BY NAME
WITH told AS (
    SELECT s.*
    FROM core.said AS s
    SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
)

SELECT
    brand,
    day,
    count(*) AS exposures,
    count(*) FILTER (first_copy) AS mentions,
    count(*) FILTER (first_copy AND label = 'positive') AS positive,
    count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
    count(*) FILTER (first_copy AND label = 'negative') AS negative,
    count(*) FILTER (first_rated) AS ratings,
    coalesce(sum(rating) FILTER (first_rated), 0) AS rated,
    count(*) FILTER (first_asked) AS asked,
    count(*) FILTER (first_asked AND voice_answered) AS answered,
    count(voice_in_target) FILTER (first_asked) AS timed,
    count(*) FILTER (first_asked AND voice_in_target) AS in_target,
    count(*) FILTER (answer_class IN ('promoter', 'passive', 'detractor')) AS nps,
    count(*) FILTER (answer_class = 'promoter') AS promoters,
    count(*) FILTER (answer_class = 'detractor') AS detractors,
    count(*) FILTER (answer_class IN ('satisfied', 'not_satisfied')) AS csat,
    count(*) FILTER (answer_class = 'satisfied') AS satisfied
FROM told
GROUP BY brand, day
