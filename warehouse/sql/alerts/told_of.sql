-- Which channels were told that an incident opened.
SELECT DISTINCT watch, channel
FROM core.delivery
WHERE list_contains(incident_ids, $incident_id) AND event IN ('opened', 'escalated')
ORDER BY ALL
