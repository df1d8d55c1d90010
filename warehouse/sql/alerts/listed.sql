-- Incidents as they stand, the newest first, with what people did about them.
SELECT
    i.*,
    (SELECT max(done) FROM core.alert_action AS a WHERE a.incident_id = i.incident_id AND action = 'acknowledge') AS acknowledged,
    (SELECT arg_max(words, done) FROM core.alert_action AS a WHERE a.incident_id = i.incident_id AND action = 'own') AS owner
FROM core.incident AS i
WHERE i.known_to IS NULL
    AND (i.closed IS NULL OR NOT $only_open)
    AND ($brand::VARCHAR IS NULL OR i.brand = $brand)
    AND (i.closed IS NULL OR i.opened >= $since)
ORDER BY i.closed IS NULL DESC, i.opened DESC, i.incident_id
LIMIT $most
