-- Texts of a brand's voices in a stretch of time, at most $most of them, spread over all of it.
WITH chosen AS (
    SELECT mention_id
    FROM core.said
    WHERE brand = $brand
        AND published >= $since AND published < $until
        AND first_copy
        AND ($label::VARCHAR IS NULL OR label = $label)
    ORDER BY hash(mention_id), mention_id
    LIMIT $most
)

SELECT c.mention_id::VARCHAR AS mention_id, concat_ws(chr(10), m.title, m.text) AS text
FROM chosen AS c
JOIN core.mention_version AS m
    ON m.mention_id = c.mention_id AND m.valid_to IS NULL AND m.known_to IS NULL
ORDER BY hash(c.mention_id), c.mention_id
