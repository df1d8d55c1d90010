INSERT INTO core.scored_day BY NAME
WITH scored AS (
    SELECT s.brand, s.day, s.mention_id, s.kind = 'survey' AS survey
    FROM core.said AS s
    SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
    WHERE s.first_copy AND s.label <> 'unscored'
),

driven AS (
    SELECT d.brand, d.driver, d.day, d.mention_id
    FROM core.driver_said AS d
    SEMI JOIN days_due AS w ON w.brand = d.brand AND w.day = d.day
)

SELECT brand, NULL AS driver, day, survey, count(*) AS scored
FROM scored
GROUP BY ALL
UNION ALL BY NAME
SELECT s.brand, d.driver, s.day, s.survey, count(*) AS scored
FROM scored AS s
JOIN driven AS d ON d.mention_id = s.mention_id AND d.brand = s.brand
GROUP BY ALL
