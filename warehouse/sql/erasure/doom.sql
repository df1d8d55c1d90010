-- The mentions that go: of the keys, authors and sources that tombstones stand for.
CREATE OR REPLACE TEMP TABLE doomed AS
SELECT mention_id
FROM core.mention_version
WHERE mention_id IN (SELECT id::UUID FROM doomed_key)
    OR (source, author) IN (SELECT (source, author) FROM doomed_author)
    OR source IN (SELECT source FROM doomed_source)
GROUP BY mention_id
