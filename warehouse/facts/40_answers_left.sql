-- An answer counts on its own day, which is due, too, where an answer was told of these voices.
INSERT INTO days_due
SELECT DISTINCT a.brand, a.day
FROM core.answer_said AS a
SEMI JOIN voices_due AS v ON v.brand = a.brand AND v.voice = a.voice
ANTI JOIN days_due AS d ON d.brand = a.brand AND d.day = a.day
