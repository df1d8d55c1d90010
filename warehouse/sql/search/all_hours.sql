-- How many mentions there are, by the hour of their publication.
SELECT time_bucket(INTERVAL 1 HOUR, published) AS starts, count(*) AS mentions
FROM core.mention_version
WHERE valid_to IS NULL AND known_to IS NULL
GROUP BY starts
ORDER BY starts
