-- What was erased, without who asked for it.
SELECT * REPLACE ('' AS who)
FROM core.erasure
