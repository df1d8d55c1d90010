-- What was refused is to be sent once more.
UPDATE core.delivery
SET state = 'waiting', not_before = $now, attempts = 0
WHERE state = 'failed' AND list_contains($channels::VARCHAR[], watch || '/' || channel)
RETURNING key
