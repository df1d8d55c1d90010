-- The last batches merged, whose landing markers are read for landed_is_loaded.
SELECT batch_id
FROM core.load
WHERE finished >= $since
ORDER BY finished DESC
LIMIT $most
