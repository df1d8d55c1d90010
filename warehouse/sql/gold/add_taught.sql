-- What a version was fitted on: the labelled texts, and the copies of them that are known by now.
INSERT INTO core.gold_taught
WITH lesson AS (
    SELECT t.mention_id::UUID AS mention_id, t.content_hash
    FROM (SELECT unnest($texts) AS t)
),

copied AS (
    SELECT mention_id, content_hash
    FROM lesson
    UNION
    SELECT v.mention_id, v.content_hash
    FROM core.mention_version AS v
    LEFT JOIN core.voice_now AS c ON c.voice_key = v.voice_key
    WHERE coalesce(c.voice, v.voice_key) IN (
        SELECT coalesce(d.voice, w.voice_key)
        FROM lesson AS n
        JOIN core.mention_version AS w
            ON w.mention_id = n.mention_id AND w.content_hash = n.content_hash
        LEFT JOIN core.voice_now AS d ON d.voice_key = w.voice_key
        WHERE w.voice_key IS NOT NULL
    )
)

SELECT $scorer, $scorer_version, n.mention_id, n.content_hash, $now
FROM copied AS n
WHERE NOT EXISTS (
    SELECT 1
    FROM core.gold_taught AS g
    WHERE g.scorer = $scorer
        AND g.scorer_version = $scorer_version
        AND g.mention_id = n.mention_id
        AND g.content_hash = n.content_hash
)
