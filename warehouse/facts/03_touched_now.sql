-- The touched mentions as they are now, with their score. (core.mention joins the counts of all.)
CREATE OR REPLACE TEMP TABLE touched_now AS
WITH version AS (
    SELECT v.*
    FROM core.mention_version AS v
    SEMI JOIN touched AS t ON t.mention_id = v.mention_id
    WHERE v.valid_to IS NULL AND v.known_to IS NULL
),

counts AS (
    SELECT e.mention_id, e.author_followers
    FROM core.engagement AS e
    SEMI JOIN touched AS t ON t.mention_id = e.mention_id
    WHERE e.until IS NULL
),

scored AS (
    SELECT s.mention_id, s.label, s.compound, s.scorer, s.scorer_version, s.score_language
    FROM core.score AS s
    SEMI JOIN touched AS t ON t.mention_id = s.mention_id
    WHERE s.known_to IS NULL
)

SELECT
    m.mention_id,
    m.source,
    m.kind,
    md5_number_lower(coalesce(c.voice, m.voice_key, m.mention_id::VARCHAR)) AS voice,
    m.published,
    m.author,
    e.author_followers,
    m.rating,
    m.rating_min,
    m.rating_max,
    m.measure,
    m.answered,
    m.answer IS NOT NULL OR m.answered IS NOT NULL AS has_answer,
    s.label,
    s.compound,
    s.scorer,
    s.scorer_version,
    s.score_language
FROM version AS m
LEFT JOIN counts AS e ON e.mention_id = m.mention_id
LEFT JOIN scored AS s ON s.mention_id = m.mention_id
LEFT JOIN core.voice_now AS c ON c.voice_key = m.voice_key
