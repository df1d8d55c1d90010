-- All versions of an incident, the first one first.
SELECT
    known_from,
    known_to,
    severity,
    rules,
    opened,
    escalated,
    closed,
    last_evidence,
    baseline,
    observed,
    n,
    len(mention_ids) AS mentions,
    sentence
FROM core.incident
WHERE incident_id = $incident_id
ORDER BY known_from
