-- Every current mention has a score, if only that it is unscored.
-- table: core.score
-- severity: warn
WITH touched AS (
    SELECT mention_id
    FROM core.mention_version
    WHERE valid_to IS NULL AND known_to IS NULL AND known_from >= $since
)

SELECT count(*) AS failing, min(mention_id::VARCHAR, $examples) AS examples
FROM touched
WHERE mention_id NOT IN (
    SELECT mention_id
    FROM core.score
    WHERE known_to IS NULL AND mention_id IN (FROM touched)
)
