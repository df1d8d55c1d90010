-- All rows told now: they are few, and told anew each time.
SELECT *
FROM core.review_changes
WHERE known_to IS NULL
