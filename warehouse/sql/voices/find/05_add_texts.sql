INSERT INTO core.voice_text
SELECT text, voice_key, published
FROM new_text
