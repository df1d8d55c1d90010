-- The tables of a database: of the one in use where $database is NULL.
SELECT schema_name, table_name
FROM duckdb_tables()
WHERE database_name = coalesce($database, current_database()) AND NOT temporary
ORDER BY schema_name, table_name
