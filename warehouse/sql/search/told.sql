-- What the snapshot has: when it was made, up to what was known when, how many mentions, and which.
SELECT
    (SELECT published FROM core.published) AS published,
    coalesce(max(greatest(known_from, coalesce(known_to, known_from))), TIMESTAMP '1970-01-01') AS known,
    count(*) FILTER (valid_to IS NULL AND known_to IS NULL) AS mentions,
    coalesce(bit_xor(hash(mention_id, content_hash)) FILTER (valid_to IS NULL AND known_to IS NULL), 0) AS told
FROM core.mention_version
