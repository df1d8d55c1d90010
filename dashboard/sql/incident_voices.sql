-- The foremost voices of an incident's evidence, in its order; how often each was said in its time.
WITH incident AS (
    SELECT *, coalesce(closed, last_evidence, decided) AS ended
    FROM marts.incidents
    WHERE incident_id = $incident_id
)

SELECT
    m.mention_id,
    m.title,
    m.text,
    m.language,
    m.source,
    m.published,
    m.url,
    s.label,
    s.stars,
    s.rating_max,
    s.author_followers AS followers,
    (
        SELECT count(*)
        FROM core.said AS c
        WHERE c.brand = s.brand AND c.voice = s.voice AND c.published BETWEEN i.opened AND i.ended
    ) AS copies
FROM incident AS i
CROSS JOIN unnest(i.mention_ids) WITH ORDINALITY AS e (mention_id, place)
JOIN core.mention AS m ON m.mention_id = e.mention_id
JOIN core.said AS s ON s.mention_id = m.mention_id AND s.brand = i.brand
ORDER BY e.place
LIMIT $limit
