-- Every table and view of a snapshot with each of its columns; of one opened as of an earlier time
-- (today) likewise.
SELECT DISTINCT schema_name || '.' || table_name, column_name
FROM duckdb_columns()
WHERE database_name IN ('tidings', 'today') AND schema_name IN ('marts', 'core')
ORDER BY ALL
