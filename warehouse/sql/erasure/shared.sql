-- Of the words of asked_word, those that mentions that stay have as address, title or text.
WITH others AS (
    SELECT v.url, v.title, v.text, v.parent_id
    FROM core.mention_version AS v
    ANTI JOIN doomed AS d ON d.mention_id = v.mention_id
),

opened AS (
    SELECT DISTINCT v.url
    FROM core.mention_version AS v
    SEMI JOIN doomed AS d ON d.mention_id = v.mention_id
    WHERE v.url IS NOT NULL AND v.parent_id IS NULL
)

SELECT o.url
FROM others AS o
SEMI JOIN asked_word AS a ON a.word = o.url
LEFT JOIN opened AS p ON p.url = o.url
WHERE o.parent_id IS NULL OR p.url IS NULL
UNION
SELECT a.word
FROM others AS o
JOIN asked_word AS a ON a.word = trim(o.text)
UNION
SELECT a.word
FROM others AS o
JOIN asked_word AS a ON a.word = trim(o.title)
