-- Which texts are one voice with others, as we know it now.
CREATE VIEW core.voice_now (
    voice_key, -- The text.
    voice -- voice_key of the one of them that was published first; of several, the least.
) AS
SELECT voice_key, voice
FROM core.voice
WHERE known_to IS NULL
