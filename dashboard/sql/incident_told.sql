-- What was told of an incident to whom, and what became of it.
SELECT decided, event, severity, channel, state, attempts, not_before, sent
FROM core.delivery
WHERE list_contains(incident_ids, $incident_id)
ORDER BY decided, channel, key
