-- A mention has one current version at most.
-- table: core.mention_version
-- severity: fail
WITH doubled AS (
    SELECT mention_id
    FROM core.mention_version
    WHERE valid_to IS NULL
        AND known_to IS NULL
        AND mention_id IN (SELECT mention_id FROM core.mention_version WHERE known_from >= $since)
    GROUP BY mention_id
    HAVING count(*) > 1
)

SELECT count(*) AS failing, min(mention_id::VARCHAR, $examples) AS examples
FROM doubled
