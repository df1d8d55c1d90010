SELECT table_name
FROM duckdb_tables()
WHERE database_name = 'damaged' AND schema_name = 'core'
