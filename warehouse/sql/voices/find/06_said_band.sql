-- The batch's bands. One text may have more than one set: blanks part words, but not voice keys.
CREATE OR REPLACE TEMP TABLE said_band AS
WITH said_bands AS (
    SELECT DISTINCT voice_key, voice_bands
    FROM staged
    WHERE len(voice_bands) > 0
),

numbered AS (
    SELECT voice_key, text FROM known_text
    UNION ALL
    SELECT voice_key, text FROM new_text
)

SELECT
    unnest(s.voice_bands[3:]) AS band,
    n.text,
    s.voice_bands[1] AS sketch_low,
    s.voice_bands[2] AS sketch_high
FROM said_bands AS s
JOIN numbered AS n ON n.voice_key = s.voice_key
