-- Voices that were named for a text that goes are named for the earliest that stays.
INSERT INTO rebuilding.core.voice
SELECT v.* REPLACE (coalesce(l.leader, v.voice) AS voice)
FROM core.voice AS v
LEFT JOIN led AS l ON l.voice = v.voice
WHERE v.voice_key NOT IN (SELECT voice_key FROM doomed_voice)
    AND (l.leader IS NOT NULL OR v.voice NOT IN (SELECT voice_key FROM doomed_voice))
