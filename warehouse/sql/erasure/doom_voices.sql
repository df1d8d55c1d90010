-- Texts that nobody says any more.
CREATE OR REPLACE TEMP TABLE doomed_voice AS
SELECT voice_key, text
FROM core.voice_text
WHERE voice_key NOT IN (
    SELECT v.voice_key
    FROM core.mention_version AS v
    ANTI JOIN doomed AS d ON d.mention_id = v.mention_id
    WHERE v.voice_key IS NOT NULL
)
