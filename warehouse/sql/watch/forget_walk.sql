DELETE FROM core.walk
