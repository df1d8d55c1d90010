-- The walks that watch files declare.
SELECT *
FROM core.walk
