-- All rows told now.
SELECT *
FROM core.source_health
WHERE known_to IS NULL
