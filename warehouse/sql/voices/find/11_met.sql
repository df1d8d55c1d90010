-- The texts among which to look: those that share a band, and those that turned out to be older than was
-- known. grouped: the least number of the texts met of one voice.
CREATE OR REPLACE TEMP TABLE met AS
WITH found AS (
    SELECT text, false AS is_older FROM shared
    UNION ALL
    SELECT text, true FROM known_text WHERE told < published
),

once AS (
    SELECT text, bool_or(is_older) AS is_older
    FROM found
    GROUP BY text
)

SELECT
    o.text,
    o.is_older,
    t.voice_key,
    t.published,
    v.voice,
    min(o.text) OVER (PARTITION BY coalesce(v.voice, t.voice_key)) AS grouped
FROM once AS o
JOIN core.voice_text AS t ON t.text = o.text
LEFT JOIN core.voice AS v ON v.voice_key = t.voice_key AND v.known_to IS NULL
