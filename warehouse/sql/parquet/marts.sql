-- The marts of a snapshot: what each holds, whether its rows are of days, and which definition told it.
SELECT m.name, m.comment, list_contains(c.names, 'day') AS daily, c.names, c.types, c.comments, d.definition, d.hash
FROM (
    SELECT table_name AS name, comment FROM duckdb_tables()
    WHERE database_name = 'tidings' AND schema_name = 'marts'
    UNION ALL
    SELECT view_name, comment FROM duckdb_views()
    WHERE database_name = 'tidings' AND schema_name = 'marts'
) AS m
JOIN (
    SELECT
        table_name AS name,
        list(column_name ORDER BY column_index) AS names,
        list(data_type ORDER BY column_index) AS types,
        list(comment ORDER BY column_index) AS comments
    FROM duckdb_columns()
    WHERE database_name = 'tidings' AND schema_name = 'marts'
    GROUP BY table_name
) AS c USING (name)
LEFT JOIN core.definition AS d ON d.mart = m.name AND d.known_to IS NULL
ORDER BY m.name
