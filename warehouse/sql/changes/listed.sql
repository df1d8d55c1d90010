-- What people changed since then, the newest first.
SELECT change_id::VARCHAR AS change_id, made, taken_over, who, role, kind, target, what, words, refused
FROM core.audit
WHERE made >= $since
ORDER BY made DESC, change_id
LIMIT $most
