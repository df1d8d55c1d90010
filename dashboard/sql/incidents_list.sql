-- Incidents of a watch file that were open within a period, the open ones first. $over are those that
-- somebody has closed since the snapshot was made.
WITH did AS (
    SELECT
        incident_id,
        max(done) FILTER (action = 'acknowledge') AS acknowledged,
        arg_max(words, done) FILTER (action = 'own') AS owner,
        arg_max(until, done) FILTER (action = 'snooze') AS snoozed,
        count(*) FILTER (action = 'note') AS notes
    FROM core.alert_action
    WHERE incident_id IS NOT NULL
    GROUP BY incident_id
),

standing AS (
    SELECT *, closed IS NULL AND NOT list_contains($over::VARCHAR[], incident_id) AS is_open
    FROM marts.incidents
)

SELECT
    i.incident_id,
    i.brand,
    i.severity,
    i.rule,
    i.rules,
    i.measure,
    i.sentence,
    i.opened,
    i.escalated,
    i.closed,
    i.hindsight,
    i.lower_bound,
    i.baseline,
    i.observed,
    i.n,
    i.probability,
    i.words,
    i.sources,
    d.acknowledged,
    d.owner,
    d.snoozed,
    coalesce(d.notes, 0) AS notes
FROM standing AS i
LEFT JOIN did AS d ON d.incident_id = i.incident_id
WHERE i.watch = $watch
    AND i.opened < $ends
    AND (i.closed IS NULL OR i.closed >= $begins)
    AND ($about = '' OR i.brand = $about)
    AND ($severity = '' OR i.severity = $severity)
    AND ($rule = '' OR list_contains(i.rules, $rule))
    AND ($state = '' OR i.is_open = ($state = 'open'))
ORDER BY i.is_open DESC, i.severity = 'critical' DESC, i.severity = 'warning' DESC, i.opened DESC, i.incident_id
LIMIT $limit OFFSET $offset
