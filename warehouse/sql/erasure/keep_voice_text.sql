INSERT INTO rebuilding.core.voice_text
SELECT *
FROM core.voice_text
WHERE text NOT IN (SELECT text FROM doomed_voice)
