-- What people marked, without who did.
SELECT * REPLACE ('' AS who)
FROM core.answer_mark
