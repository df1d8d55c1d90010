SELECT column_name, comment
FROM duckdb_columns()
WHERE database_name = current_database()
    AND schema_name = $schema
    AND table_name = $relation
    AND comment IS NOT NULL
ORDER BY column_index
