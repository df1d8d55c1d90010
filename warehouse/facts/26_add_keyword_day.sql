INSERT INTO core.keyword_day BY NAME
SELECT
    s.brand,
    s.keyword,
    s.day,
    count(*) AS exposures,
    count(*) FILTER (s.first_copy) AS mentions,
    coalesce(sum(s.hits) FILTER (s.first_copy), 0) AS hits,
    count(*) FILTER (s.first_copy AND s.label = 'positive') AS positive,
    count(*) FILTER (s.first_copy AND s.label = 'neutral') AS neutral,
    count(*) FILTER (s.first_copy AND s.label = 'negative') AS negative
FROM core.keyword_said AS s
SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
GROUP BY s.brand, s.keyword, s.day
