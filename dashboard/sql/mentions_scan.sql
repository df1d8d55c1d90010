-- The newest texts about a brand within a period.
SELECT s.mention_id, m.title, m.text
FROM core.said AS s
JOIN core.mention_version AS m
    ON m.mention_id = s.mention_id AND m.valid_to IS NULL AND m.known_to IS NULL
WHERE s.brand = $brand AND s.day BETWEEN $first AND $last
ORDER BY s.published DESC, s.mention_id
LIMIT $limit
