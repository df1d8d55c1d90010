-- Coverage that counts: that of walks all of whose batches, up to the last, are merged.
-- columns: core.coverage
CREATE VIEW core.complete_coverage AS
SELECT c.*
FROM core.coverage AS c
WHERE c.part = (
    SELECT count(DISTINCT l.part)
    FROM core.load AS l
    WHERE l.walk_id = c.walk_id AND l.run = c.run AND l.attempt = c.attempt AND l.part <= c.part
)
