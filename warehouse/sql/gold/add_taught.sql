INSERT INTO core.gold_taught
SELECT DISTINCT $scorer, $scorer_version, n.mention_id, n.content_hash, $now
FROM (
    SELECT t.mention_id::UUID AS mention_id, t.content_hash
    FROM (SELECT unnest($texts) AS t)
) AS n
WHERE NOT EXISTS (
    SELECT 1
    FROM core.gold_taught AS g
    WHERE g.scorer = $scorer
        AND g.scorer_version = $scorer_version
        AND g.mention_id = n.mention_id
        AND g.content_hash = n.content_hash
)
