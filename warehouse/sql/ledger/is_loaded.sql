SELECT count(*) > 0
FROM core.load
WHERE batch_id = $batch_id
