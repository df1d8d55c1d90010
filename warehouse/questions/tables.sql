-- What there is to ask: the tables for readers first, each with what it holds.
SELECT schema_name || '.' || table_name AS name, comment AS holds
FROM (
    SELECT schema_name, table_name, comment FROM duckdb_tables()
    UNION ALL
    SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal
)
WHERE schema_name IN ('marts', 'core')
ORDER BY schema_name DESC, table_name
