-- What the writer has not taken over, in the order in which it came.
SELECT change_id, body
FROM change
WHERE taken_over IS NULL
ORDER BY place
