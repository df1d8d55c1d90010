-- Until when a notice waits.
UPDATE core.delivery
SET not_before = $not_before
WHERE key = $key AND not_before <> $not_before
