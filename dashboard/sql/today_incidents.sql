-- Incidents of a watch file that are open, and those that closed within the period, the newest first.
SELECT
    incident_id, brand, rule, severity, opened, escalated, closed, sentence, words, lower_bound
FROM marts.incidents
WHERE watch = $watch
    AND opened < $ends
    AND (closed IS NULL OR closed >= $begins)
ORDER BY closed IS NULL DESC, severity = 'critical' DESC, severity = 'warning' DESC, opened DESC, incident_id
