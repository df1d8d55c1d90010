DELETE FROM core.answer_said AS a
USING voices_due AS v
WHERE v.brand = a.brand AND v.voice = a.voice
