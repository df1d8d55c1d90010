INSERT INTO core.source_day BY NAME
SELECT
    s.brand,
    s.source,
    s.day,
    count(*) AS exposures,
    count(*) FILTER (s.label <> 'unscored') AS scored,
    max(s.published) AS newest
FROM core.said AS s
SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
GROUP BY s.brand, s.source, s.day
