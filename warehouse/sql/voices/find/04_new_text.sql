CREATE OR REPLACE TEMP TABLE new_text AS
SELECT
    (SELECT coalesce(max(text), 0) FROM core.voice_text) + row_number() OVER () AS text,
    voice_key,
    published
FROM said_text
ANTI JOIN known_text USING (voice_key)
