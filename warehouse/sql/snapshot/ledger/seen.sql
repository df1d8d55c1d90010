-- When each mention was collected last.
SELECT *
FROM core.seen
