-- Which of them are known.
CREATE OR REPLACE TEMP TABLE known_text AS
SELECT t.rowid AS id, t.text, t.voice_key, t.published, s.published AS told
FROM core.voice_text AS t
JOIN said_text AS s ON s.voice_key = t.voice_key
