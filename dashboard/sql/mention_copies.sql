-- Copies of a mention's text, about the same brand, the earliest first.
WITH own AS (
    SELECT voice FROM core.said WHERE mention_id = $id::UUID AND brand = $brand
)

SELECT
    s.mention_id,
    s.source,
    m.place,
    s.published,
    s.label,
    s.given,
    s.first_copy,
    s.author_followers,
    m.url,
    count(*) OVER () AS of_all
FROM core.said AS s
JOIN core.mention AS m ON m.mention_id = s.mention_id
WHERE s.brand = $brand AND s.voice = (SELECT voice FROM own) AND s.mention_id <> $id::UUID
ORDER BY s.published, s.mention_id
LIMIT 50
