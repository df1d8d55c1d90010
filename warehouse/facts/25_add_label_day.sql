INSERT INTO core.label_day BY NAME
SELECT
    s.brand,
    s.day,
    s.scorer,
    s.scorer_version,
    s.score_language,
    count(*) FILTER (s.given = 'positive') AS positive,
    count(*) FILTER (s.given = 'neutral') AS neutral,
    count(*) FILTER (s.given = 'negative') AS negative
FROM core.said AS s
SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
WHERE s.first_copy AND s.given <> 'unscored'
GROUP BY ALL
