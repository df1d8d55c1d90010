SELECT batch_id
FROM core.load
