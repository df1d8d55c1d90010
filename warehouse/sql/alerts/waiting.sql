-- Notices that were not sent yet, in the order in which they were decided on.
SELECT *
FROM core.delivery
WHERE state = 'waiting'
ORDER BY decided, key
