-- The newest texts about a brand of some days, each voice once; of one label where $label is not ''.
SELECT
    s.mention_id,
    s.source,
    s.published,
    s.label,
    coalesce(s.score_language, m.language) AS language,
    m.title,
    m.text,
    m.url,
    m.place,
    m.author
FROM core.said AS s
JOIN core.mention AS m ON m.mention_id = s.mention_id
WHERE s.brand = $brand
    AND s.first_copy
    AND s.day BETWEEN $first AND $last
    AND ($label = '' OR s.label = $label)
ORDER BY s.published DESC, s.mention_id
LIMIT $most
