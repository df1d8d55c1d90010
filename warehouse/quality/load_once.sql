-- No batch is merged twice.
-- table: core.load
-- severity: fail
SELECT count(*) AS failing, min(batch_id, $examples) AS examples
FROM (SELECT batch_id FROM core.load GROUP BY batch_id HAVING count(*) > 1)
