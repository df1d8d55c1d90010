-- One notice to one channel; a key that is there already is the same notice.
INSERT INTO core.delivery BY NAME
SELECT
    $key AS key,
    $watch AS watch,
    $channel AS channel,
    $event AS event,
    $severity AS severity,
    $incident_ids::VARCHAR[] AS incident_ids,
    $left_out AS left_out,
    $now AS told,
    $now AS decided,
    $not_before AS not_before,
    'waiting' AS state,
    0 AS attempts
WHERE NOT EXISTS (SELECT 1 FROM core.delivery WHERE key = $key)
