SELECT *
FROM core.quarantine
WHERE quarantine_id = $quarantine_id
