-- Incidents of a brand that were open within a stretch of time, as they are kept.
SELECT incident_id, rules, severity, opened, closed, sentence
FROM marts.incidents
WHERE brand = $brand
    AND watch = $watch
    AND opened < $until::TIMESTAMP
    AND (closed IS NULL OR closed >= $since::TIMESTAMP)
ORDER BY opened, incident_id
