-- Incidents as they stood at $told.
SELECT *
FROM core.incident
WHERE list_contains($ids::VARCHAR[], incident_id)
    AND known_from <= $told AND (known_to IS NULL OR known_to > $told)
ORDER BY opened, incident_id
