INSERT INTO publishing.core.published
SELECT $now, count(*), max(finished)
FROM core.load
