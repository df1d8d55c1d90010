-- The changes that the snapshot has, taken over since then.
SELECT change_id
FROM core.audit
WHERE taken_over >= $since::TIMESTAMP
