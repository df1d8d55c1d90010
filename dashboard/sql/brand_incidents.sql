-- Incidents of a brand that touch a period, the newest first.
SELECT incident_id, rule, severity, opened, closed, sentence, words, lower_bound
FROM marts.incidents
WHERE brand = $brand
    AND opened < $ends
    AND (closed IS NULL OR closed >= $begins)
ORDER BY opened DESC, incident_id
