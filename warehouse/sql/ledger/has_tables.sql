SELECT 1
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
LIMIT 1
