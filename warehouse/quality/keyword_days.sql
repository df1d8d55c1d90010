-- A keyword has each day once, without holes from its first to its last.
-- table: marts.keyword_daily
-- severity: fail
SELECT count(*) AS failing, min(brand || ' ' || keyword, $examples) AS examples
FROM (
    SELECT brand, keyword
    FROM marts.keyword_daily
    GROUP BY brand, keyword
    HAVING count(*) <> count(DISTINCT day) OR count(*) <> max(day) - min(day) + 1
)
