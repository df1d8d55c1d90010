-- Texts whose voice is told otherwise now: it is named for the text that was published first. Of a voice
-- that was told before, the first text stands for all that are not met.
CREATE OR REPLACE TEMP TABLE member AS
WITH due AS (
    SELECT grouped
    FROM met
    GROUP BY grouped
    HAVING count(DISTINCT coalesce(voice, voice_key)) > 1 OR bool_or(is_older AND voice IS NOT NULL)
),

told AS (
    SELECT DISTINCT m.grouped, m.voice
    FROM met AS m
    SEMI JOIN due AS d ON d.grouped = m.grouped
    WHERE m.voice IS NOT NULL
),

candidate AS (
    SELECT m.grouped, m.voice_key, m.published
    FROM met AS m
    SEMI JOIN due AS d ON d.grouped = m.grouped
    UNION ALL
    SELECT o.grouped, t.voice_key, t.published
    FROM told AS o
    JOIN core.voice_text AS t ON t.voice_key = o.voice
),

first_text AS (
    SELECT grouped, min_by(voice_key, (published, voice_key)) AS voice
    FROM candidate
    GROUP BY grouped
)

SELECT m.voice_key, m.voice AS told, f.voice
FROM met AS m
JOIN first_text AS f ON f.grouped = m.grouped
WHERE m.voice IS NULL
UNION ALL
SELECT v.voice_key, v.voice, f.voice
FROM told AS o
JOIN first_text AS f ON f.grouped = o.grouped AND f.voice <> o.voice
JOIN core.voice AS v ON v.voice = o.voice AND v.known_to IS NULL
