INSERT INTO core.driver_day BY NAME
SELECT
    s.brand,
    s.driver,
    s.day,
    s.kind = 'survey' AS survey,
    count(*) AS exposures,
    count(*) FILTER (s.first_copy) AS mentions,
    count(*) FILTER (s.first_copy AND s.label = 'positive') AS positive,
    count(*) FILTER (s.first_copy AND s.label = 'neutral') AS neutral,
    count(*) FILTER (s.first_copy AND s.label = 'negative') AS negative
FROM core.driver_said AS s
SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
GROUP BY ALL
