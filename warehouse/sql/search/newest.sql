-- The newest mentions that have the words, within a stretch of numbers.
SELECT d.mention_id
FROM words AS w
JOIN docs AS d ON d.rowid = w.rowid
WHERE words MATCH :sought
    AND w.rowid BETWEEN :first AND :last
    AND d.mention_id IS NOT NULL
ORDER BY w.rowid DESC
LIMIT :most
