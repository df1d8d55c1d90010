-- Voices that were named for a text that goes, with the earliest of those that stay.
CREATE OR REPLACE TEMP TABLE led AS
SELECT v.voice, min_by(t.voice_key, (t.published, t.voice_key)) AS leader
FROM core.voice AS v
JOIN core.voice_text AS t ON t.voice_key = v.voice_key
WHERE v.voice IN (SELECT voice_key FROM doomed_voice)
    AND t.voice_key NOT IN (SELECT voice_key FROM doomed_voice)
GROUP BY v.voice
