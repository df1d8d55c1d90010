-- The closed rows as we know them now: the old content ended where the new one starts; content that
-- did not change holds on, as another voice.
INSERT INTO core.mention_version
SELECT v.* REPLACE (
    CASE a.verdict WHEN 'changed' THEN v.voice_key ELSE a.voice_key END AS voice_key,
    CASE a.verdict WHEN 'changed' THEN a.starts END AS valid_to,
    $known AS known_from,
    NULL AS known_to
)
FROM core.mention_version AS v
JOIN arrival AS a ON a.mention_id = v.mention_id
WHERE v.known_to = $known AND v.valid_to IS NULL
