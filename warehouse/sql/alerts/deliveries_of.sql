-- What was told of an incident, and what became of it.
SELECT channel, event, state, attempts, decided, not_before, sent, problem, key
FROM core.delivery
WHERE list_contains(incident_ids, $incident_id)
ORDER BY decided, key
