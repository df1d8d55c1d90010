-- The score that counts is of the mention's current text.
-- table: core.score
-- severity: warn
SELECT count(*) AS failing, min(m.mention_id::VARCHAR, $examples) AS examples
FROM core.mention_version AS m
JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
WHERE m.valid_to IS NULL
    AND m.known_to IS NULL
    AND m.known_from >= $since
    AND s.content_hash <> m.content_hash
