INSERT INTO core.quarantine BY NAME
SELECT q.*
FROM read_parquet($quarantine_path) AS q
WHERE NOT EXISTS (SELECT 1 FROM core.quarantine AS k WHERE k.quarantine_id = q.quarantine_id)
