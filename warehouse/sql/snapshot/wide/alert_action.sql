-- What people did about incidents, without who did it and what they noted; who looks after one stays.
SELECT * REPLACE ('' AS who, CASE WHEN action = 'own' THEN words END AS words)
FROM core.alert_action
