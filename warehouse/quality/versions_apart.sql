-- At no time did we take two versions of a mention to hold at the same time.
-- table: core.mention_version
-- severity: fail
WITH touched AS (
    SELECT DISTINCT mention_id
    FROM core.mention_version
    WHERE known_from >= $since
),

several AS (
    SELECT
        mention_id,
        rowid AS number,
        known_from,
        coalesce(known_to, TIMESTAMP 'infinity') AS known_to,
        valid_from,
        coalesce(valid_to, TIMESTAMP 'infinity') AS valid_to
    FROM core.mention_version
    WHERE mention_id IN (FROM touched)
    QUALIFY count(*) OVER (PARTITION BY mention_id) > 1
)

SELECT
    count(DISTINCT a.mention_id) AS failing,
    min(DISTINCT a.mention_id::VARCHAR, $examples) AS examples
FROM several AS a
JOIN several AS b
    ON b.mention_id = a.mention_id
    AND b.number > a.number
    AND b.known_from < a.known_to
    AND a.known_from < b.known_to
    AND b.valid_from < a.valid_to
    AND a.valid_from < b.valid_to
