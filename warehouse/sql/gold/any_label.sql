SELECT 1
FROM core.gold_label
WHERE known_to IS NULL
LIMIT 1
