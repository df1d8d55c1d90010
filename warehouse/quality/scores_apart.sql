-- At no time did two scores of a mention count.
-- table: core.score
-- severity: fail
WITH followed AS (
    SELECT
        mention_id,
        coalesce(known_to, TIMESTAMP 'infinity') AS known_to,
        lead(known_from) OVER (PARTITION BY mention_id ORDER BY known_from) AS next_from
    FROM core.score
    WHERE mention_id IN (SELECT mention_id FROM core.score WHERE known_from >= $since)
)

SELECT
    count(DISTINCT mention_id) AS failing,
    min(DISTINCT mention_id::VARCHAR, $examples) AS examples
FROM followed
WHERE next_from < known_to
