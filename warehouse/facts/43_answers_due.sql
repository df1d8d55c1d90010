-- Likewise where one is told now.
INSERT INTO days_due
SELECT DISTINCT a.brand, a.day
FROM core.answer_said AS a
SEMI JOIN voices_due AS v ON v.brand = a.brand AND v.voice = a.voice
ANTI JOIN days_due AS d ON d.brand = a.brand AND d.day = a.day
