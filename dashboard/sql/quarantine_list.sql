-- Rows in quarantine of a watch file, the newest first. What is in them is not in the snapshot.
SELECT
    q.quarantine_id,
    q.source,
    q.place,
    q.external_id,
    q.rules,
    q.reason,
    q.quarantined,
    q.released,
    (
        SELECT arg_max(a.refused, a.made)
        FROM core.audit AS a
        WHERE a.kind = 'release' AND a.target = q.quarantine_id AND a.refused IS NOT NULL
    ) AS refused
FROM core.quarantine AS q
JOIN core.load AS l ON l.batch_id = q.batch_id
WHERE l.watch = $watch
    AND ($source = '' OR q.source = $source)
    AND ($rules = '' OR q.rules = $rules)
    AND ($released OR q.released IS NULL)
ORDER BY q.quarantined DESC, q.quarantine_id
LIMIT $limit OFFSET $offset
