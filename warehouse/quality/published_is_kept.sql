-- The warehouse has at least as many merged batches as the snapshot that readers have: none was
-- lost since, as with a write-ahead log that was deleted, or where a backup was restored.
-- table: core.load
-- severity: fail
-- remedy: Put the newer warehouse file back with its .wal beside it if you have them. Where a backup was restored for good, 'tidings publish --accept-older' takes readers and walks back to where it stands; the next run loads again what has landed since (docs/quality.md).
SELECT greatest($published - count(*), 0) AS failing, [] AS examples
FROM core.load
