-- All rows told now: they are few, and told anew each time.
SELECT *
FROM core.author_reach
WHERE known_to IS NULL
