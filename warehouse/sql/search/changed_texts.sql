-- Likewise, of those that are new or otherwise since then.
SELECT
    mention_id,
    floor(epoch(published))::BIGINT AS second,
    hash(mention_id, content_hash) AS told,
    title,
    text
FROM core.mention_version
WHERE valid_to IS NULL
    AND known_to IS NULL
    AND published >= $first
    AND published < $last
    AND mention_id IN (
        SELECT mention_id FROM core.mention_version WHERE known_from >= $since OR known_to >= $since
    )
ORDER BY published, mention_id
