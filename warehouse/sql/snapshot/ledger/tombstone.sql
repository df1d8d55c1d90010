-- What collecting leaves out.
SELECT *
FROM core.tombstone
