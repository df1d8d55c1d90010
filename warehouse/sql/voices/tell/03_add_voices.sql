INSERT INTO core.voice
SELECT voice_key, voice, $known, NULL
FROM member
