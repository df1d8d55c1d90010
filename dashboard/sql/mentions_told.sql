-- What is shown of mentions, as of a brand.
WITH asked AS (
    SELECT unnest($ids::UUID[]) AS mention_id
),

drivers AS (
    SELECT d.mention_id, list({'driver': d.driver, 'label': d.label} ORDER BY d.driver) AS drivers
    FROM core.driver_said AS d
    SEMI JOIN asked AS a ON a.mention_id = d.mention_id
    WHERE d.brand = $brand AND d.published BETWEEN $since AND $until
    GROUP BY d.mention_id
),

keywords AS (
    SELECT k.mention_id, list(k.keyword ORDER BY k.keyword) AS keywords
    FROM core.keyword_said AS k
    SEMI JOIN asked AS a ON a.mention_id = k.mention_id
    WHERE k.brand = $brand AND k.published BETWEEN $since AND $until
    GROUP BY k.mention_id
)

SELECT
    s.mention_id,
    s.day,
    s.source,
    m.place,
    s.kind,
    s.published,
    s.voice,
    s.first_copy,
    s.label,
    s.given,
    s.compound,
    s.score_language AS language,
    c.flags,
    s.rating / 1e9 AS rating,
    s.stars,
    s.rating_max,
    s.author,
    s.author_followers,
    m.likes,
    m.replies,
    m.shares,
    m.views,
    m.title,
    m.text,
    m.url,
    m.answer,
    m.answered,
    s.answerable,
    s.has_answer,
    m.product,
    m.country,
    m.content_hash,
    coalesce(d.drivers, []) AS drivers,
    coalesce(k.keywords, []) AS keywords
FROM core.said AS s
SEMI JOIN asked AS a ON a.mention_id = s.mention_id
JOIN core.mention AS m ON m.mention_id = s.mention_id AND m.published BETWEEN $since AND $until
LEFT JOIN core.score AS c
    ON c.mention_id = s.mention_id AND c.content_hash = m.content_hash AND c.known_to IS NULL
LEFT JOIN drivers AS d ON d.mention_id = s.mention_id
LEFT JOIN keywords AS k ON k.mention_id = s.mention_id
WHERE s.brand = $brand AND s.published BETWEEN $since AND $until
