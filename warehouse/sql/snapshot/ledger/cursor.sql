-- Where each walk goes on.
SELECT *
FROM core.cursor
