-- How many mentions are new or otherwise since then, by the hour of their publication.
SELECT time_bucket(INTERVAL 1 HOUR, published) AS starts, count(*) AS mentions
FROM core.mention_version
WHERE valid_to IS NULL
    AND known_to IS NULL
    AND mention_id IN (
        SELECT mention_id FROM core.mention_version WHERE known_from >= $since OR known_to >= $since
    )
GROUP BY starts
ORDER BY starts
