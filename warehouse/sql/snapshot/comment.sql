SELECT comment
FROM duckdb_tables()
WHERE database_name = $database AND schema_name = 'core' AND table_name = 'published'
