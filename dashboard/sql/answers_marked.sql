-- What people marked, and mentions of which a mark waits: the latest first.
SELECT
    s.mention_id,
    s.source,
    m.place,
    s.published,
    m.title,
    left(m.text, 200) AS excerpt,
    m.url,
    a.state,
    a.made
FROM core.said AS s
JOIN core.mention AS m ON m.mention_id = s.mention_id
LEFT JOIN core.answer_mark AS a ON a.mention_id = s.mention_id AND a.brand = s.brand AND a.known_to IS NULL
WHERE s.brand = $brand
    AND (a.state <> 'open' OR s.mention_id IN (SELECT unnest($ids::UUID[])))
ORDER BY a.made DESC NULLS FIRST, s.mention_id
LIMIT $limit
