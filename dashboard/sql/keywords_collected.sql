-- The newest texts that were collected in some days, whatever they are about.
SELECT
    m.mention_id,
    m.source,
    m.published,
    NULL AS label,
    coalesce(c.score_language, m.language) AS language,
    m.title,
    m.text,
    m.url,
    m.place,
    m.author
FROM core.mention AS m
LEFT JOIN core.score AS c ON c.mention_id = m.mention_id AND c.known_to IS NULL
WHERE m.published >= $begins AND m.published < $ends
QUALIFY row_number() OVER (PARTITION BY m.voice_key ORDER BY m.published, m.mention_id) = 1
ORDER BY m.published DESC, m.mention_id
LIMIT $most
