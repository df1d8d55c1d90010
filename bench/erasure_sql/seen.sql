INSERT INTO core.seen
SELECT mention_id, collected
FROM core.mention_version
