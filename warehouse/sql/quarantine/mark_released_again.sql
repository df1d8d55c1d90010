-- After refilling: the batch in which a row went back names it.
UPDATE core.quarantine AS q
SET released = l.finished, released_batch = l.batch_id
FROM core.load AS l
WHERE q.released IS NULL AND l.label = 'release of ' || q.quarantine_id
