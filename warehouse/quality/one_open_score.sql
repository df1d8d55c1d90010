-- A mention has one score that counts at most.
-- table: core.score
-- severity: fail
WITH doubled AS (
    SELECT mention_id
    FROM core.score
    WHERE known_to IS NULL
        AND mention_id IN (SELECT mention_id FROM core.score WHERE known_from >= $since)
    GROUP BY mention_id
    HAVING count(*) > 1
)

SELECT count(*) AS failing, min(mention_id::VARCHAR, $examples) AS examples
FROM doubled
