-- The columns of the marts in their order, with what they say of themselves.
SELECT table_name, column_name, data_type, coalesce(comment, '') AS comment
FROM duckdb_columns()
WHERE schema_name = 'marts' AND database_name = current_database() AND NOT internal
ORDER BY table_name, column_index
