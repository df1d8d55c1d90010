-- These incidents are taken otherwise from now on.
UPDATE core.incident
SET known_to = $now
WHERE known_to IS NULL AND list_contains($ids::VARCHAR[], incident_id)
