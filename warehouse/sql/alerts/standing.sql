-- Incidents that are open, or closed since $since.
SELECT *
FROM core.incident
WHERE known_to IS NULL AND (closed IS NULL OR closed >= $since)
ORDER BY opened, incident_id
