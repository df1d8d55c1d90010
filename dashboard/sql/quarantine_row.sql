-- One row in quarantine.
SELECT q.quarantine_id, q.rules, q.released, l.watch
FROM core.quarantine AS q
JOIN core.load AS l ON l.batch_id = q.batch_id
WHERE q.quarantine_id = $quarantine_id
