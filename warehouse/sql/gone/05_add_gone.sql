INSERT INTO core.gone
SELECT mention_id, noticed, gone_from, NULL, reason, $batch_id
FROM departing
WHERE certain
