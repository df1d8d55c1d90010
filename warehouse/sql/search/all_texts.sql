-- The texts of those published within a stretch of time, in order.
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
ORDER BY published, mention_id
