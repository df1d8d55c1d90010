-- Of the newest that have the words, those first that have most of them; the title counts double.
SELECT d.mention_id
FROM (
    SELECT rowid, bm25(words, 2.0, 1.0) AS badness
    FROM words
    WHERE words MATCH :sought
        AND rowid BETWEEN :first AND :last
    ORDER BY rowid DESC
    LIMIT :most
) AS w
JOIN docs AS d ON d.rowid = w.rowid
WHERE d.mention_id IS NOT NULL
ORDER BY w.badness, w.rowid DESC
