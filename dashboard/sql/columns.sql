-- A mart's columns, and what each means.
SELECT column_name AS name, data_type AS "type", comment AS meaning
FROM duckdb_columns()
WHERE database_name = 'tidings' AND schema_name = 'marts' AND table_name = $mart
ORDER BY column_index
