-- What people wanted to do about an incident and could not, with the reason.
SELECT made, refused
FROM core.audit
WHERE kind = 'incident' AND target = $incident_id AND refused IS NOT NULL
ORDER BY made
