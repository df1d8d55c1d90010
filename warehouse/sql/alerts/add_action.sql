INSERT INTO core.alert_action BY NAME
SELECT
    $watch AS watch,
    $incident_id AS incident_id,
    $rule AS rule,
    $action AS action,
    $until::TIMESTAMP AS until,
    $words AS words,
    $who AS who,
    $now AS done
