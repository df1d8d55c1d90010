INSERT INTO rebuilding.core.voice_band
SELECT *
FROM core.voice_band
WHERE text NOT IN (SELECT text FROM doomed_voice)
