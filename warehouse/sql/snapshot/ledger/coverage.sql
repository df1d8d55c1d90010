-- What each walk has covered, and left.
SELECT *
FROM core.coverage
