-- When a mention was seen to be there no more, and whether it came back.
SELECT noticed, gone_from, returned, reason
FROM core.gone
WHERE mention_id = $id::UUID
ORDER BY noticed DESC
