UPDATE core.voice AS v
SET known_to = $known
FROM member AS m
WHERE m.told IS NOT NULL AND m.voice_key = v.voice_key AND v.known_to IS NULL
