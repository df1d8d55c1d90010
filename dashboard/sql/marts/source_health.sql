-- marts.source_health: how the sources of the brand's watch file are, now.
SELECT *
FROM marts.source_health
WHERE watch = $watch
ORDER BY source
LIMIT $limit OFFSET $offset
