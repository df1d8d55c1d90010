DELETE FROM core.keyword_said AS s
USING voices_due AS v
WHERE v.brand = s.brand AND v.voice = s.voice
