-- All that is kept, what was taken over, too.
SELECT change_id, body
FROM change
ORDER BY place
