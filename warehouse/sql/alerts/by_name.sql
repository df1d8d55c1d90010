-- Incidents whose id begins so.
SELECT *
FROM core.incident
WHERE known_to IS NULL AND starts_with(incident_id, $begins)
ORDER BY incident_id
