INSERT INTO core.missed
SELECT mention_id, noticed, $batch_id
FROM departing
WHERE NOT certain AND missed IS NULL
