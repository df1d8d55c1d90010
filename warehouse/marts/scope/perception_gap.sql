-- All rows told now: they are few, and told anew each time.
SELECT *
FROM core.perception_gap
WHERE known_to IS NULL
