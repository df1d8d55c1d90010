INSERT INTO core.seen
SELECT mention_id, collected
FROM arrival
WHERE fresh
