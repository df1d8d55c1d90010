-- What became of one try.
UPDATE core.delivery
SET state = $state, attempts = attempts + 1, problem = $problem, sent = $sent, not_before = $not_before
WHERE key = $key
