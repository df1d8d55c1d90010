-- One row an incident: something moved further than its baseline explains, with its evidence.
-- columns: core.incident
CREATE VIEW marts.incidents AS
SELECT * EXCLUDE (known_to)
FROM core.incident
WHERE known_to IS NULL
