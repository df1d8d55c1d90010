SELECT l.source, l.watch, l.about
FROM core.quarantine AS q
JOIN core.load AS l ON l.batch_id = q.batch_id
WHERE q.quarantine_id = $quarantine_id
