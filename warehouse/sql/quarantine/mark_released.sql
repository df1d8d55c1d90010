UPDATE core.quarantine
SET released = $now, released_batch = $released_batch
WHERE quarantine_id = $quarantine_id
