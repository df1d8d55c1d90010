-- marts.share_of_voice_daily as it was told at time t (UTC).
CREATE MACRO marts.share_of_voice_daily_as_of(t) AS TABLE
SELECT * EXCLUDE (known_to)
FROM core.share_of_voice_daily
WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
