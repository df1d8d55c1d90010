-- What stands in a message of these mentions: no author, and the text as it is now (none where erased).
SELECT
    m.mention_id::VARCHAR AS mention_id,
    coalesce(nullif(concat_ws(chr(10), m.title, m.text), ''), '') AS text,
    m.source,
    m.published,
    m.url,
    s.score_language AS language,
    s.author_followers AS followers,
    (
        SELECT count(*)
        FROM core.said AS c
        WHERE c.brand = s.brand AND c.voice = s.voice AND c.published >= $since AND c.published <= $until
    ) AS copies
FROM core.mention AS m
JOIN core.said AS s ON s.mention_id = m.mention_id AND s.brand = $brand
WHERE list_contains($ids::UUID[], m.mention_id)
ORDER BY list_position($ids::UUID[], m.mention_id)
