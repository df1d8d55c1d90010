-- Mentions of which something changed since then and that are there no more.
SELECT DISTINCT mention_id
FROM core.mention_version
WHERE (known_from >= $since OR known_to >= $since)
    AND mention_id NOT IN (
        SELECT mention_id FROM core.mention_version WHERE valid_to IS NULL AND known_to IS NULL
    )
