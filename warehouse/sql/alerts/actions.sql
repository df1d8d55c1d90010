-- The latest action of each kind about each incident and rule.
SELECT *
FROM core.alert_action
QUALIFY row_number() OVER (PARTITION BY watch, incident_id, rule, action ORDER BY done DESC) = 1
ORDER BY done
