-- What a line says of each change that was taken over since then.
SELECT change_id, made, taken_over
FROM core.audit
WHERE taken_over >= $since
ORDER BY taken_over, change_id
