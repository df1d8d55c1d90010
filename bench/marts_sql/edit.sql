-- Earlier mentions, of the last 30 days, are scored otherwise now.
UPDATE core.score
SET known_to = TIMESTAMP '2026-01-02'
WHERE mention_id IN (
    SELECT mention_id
    FROM core.mention_version
    WHERE external_id::BIGINT < $rows AND published > TIMESTAMP '2025-12-01'
    ORDER BY external_id::BIGINT
    LIMIT $n
)
