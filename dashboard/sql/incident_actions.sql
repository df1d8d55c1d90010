-- What people did about an incident, in order.
SELECT action, until, words, done
FROM core.alert_action
WHERE incident_id = $incident_id
ORDER BY done, action
