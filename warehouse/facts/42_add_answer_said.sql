-- All copies of these voices are of due days.
INSERT INTO core.answer_said BY NAME
SELECT
    s.brand,
    s.source,
    timezone(h.timezone, timezone('UTC', s.voice_answered_at))::DATE AS day,
    s.day AS asked_day,
    s.mention_id,
    s.voice,
    greatest(date_diff('second', s.published, s.voice_answered_at), 0) AS seconds
FROM core.said AS s
SEMI JOIN days_due AS d ON d.brand = s.brand AND d.day = s.day
SEMI JOIN voices_due AS v ON v.brand = s.brand AND v.voice = s.voice
JOIN brand_home AS h ON h.brand = s.brand
WHERE s.first_asked AND s.voice_answered_at IS NOT NULL
ORDER BY asked_day
