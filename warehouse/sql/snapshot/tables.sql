-- Each table that is copied, with what tells its rows apart where it keeps versions: the columns of
-- its key, of those that never change in a row.
SELECT
    t.schema_name,
    t.table_name,
    CASE
        WHEN NOT list_has_all(c.names, ['known_from', 'known_to']) THEN NULL
        WHEN list_contains(c.names, 'mention_id') THEN ['mention_id']
        WHEN list_has_all(c.names, ['brand', 'day']) THEN ['brand', 'day']
    END AS key
FROM duckdb_tables() AS t
JOIN (
    SELECT database_name, schema_name, table_name, list(column_name) AS names
    FROM duckdb_columns()
    GROUP BY ALL
) AS c USING (database_name, schema_name, table_name)
WHERE t.database_name = current_database()
    AND NOT t.internal
    AND NOT t.temporary
    AND t.schema_name || '.' || t.table_name <> 'core.published'
ORDER BY t.schema_name, t.table_name
