-- Notices to be sent by now, in the order in which they were decided on.
SELECT *
FROM core.delivery
WHERE state = 'waiting' AND not_before <= $now
ORDER BY decided, key
