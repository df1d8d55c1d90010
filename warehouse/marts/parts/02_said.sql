-- One row a mention and brand that it is about.
--   label: of the sentiment toward the brand, else of the whole text
--   voice: what copies of one text have in common; first_copy: the earliest of them
--   day: when it was published, in the brand's time zone; rating: 0..1
CREATE OR REPLACE TEMP TABLE said AS
WITH about AS (
    SELECT mention_id, brand, arg_max(label, known_from) AS label
    FROM core.brand_match
    WHERE known_to IS NULL
    GROUP BY mention_id, brand
),

worded AS (
    SELECT
        h.brand,
        m.mention_id,
        m.source,
        m.kind,
        coalesce(m.voice_key, m.mention_id::VARCHAR) AS voice,
        m.published,
        timezone(h.timezone, timezone('UTC', m.published))::DATE AS day,
        coalesce(a.label, s.label, 'unscored') AS label,
        m.rating AS stars,
        m.rating_min,
        m.rating_max,
        CASE
            WHEN m.rating_max > m.rating_min
                THEN (m.rating - m.rating_min) / (m.rating_max - m.rating_min)
        END AS rating,
        m.answer IS NOT NULL OR m.answered IS NOT NULL AS has_answer,
        m.answered
    FROM about AS a
    JOIN brand_home AS h ON h.brand = a.brand
    JOIN core.mention AS m ON m.mention_id = a.mention_id
    LEFT JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
)

SELECT
    *,
    row_number() OVER (PARTITION BY brand, voice ORDER BY published, mention_id) = 1 AS first_copy
FROM worded
