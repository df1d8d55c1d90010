SELECT *
FROM core.quarantine
WHERE ($released OR released IS NULL) AND ($source IS NULL OR source = $source)
ORDER BY quarantined DESC, quarantine_id
LIMIT $limit
