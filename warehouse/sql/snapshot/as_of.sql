-- The marts that can be told as of an earlier time, each with the function that does.
SELECT DISTINCT replace(function_name, '_as_of', '') AS mart, function_name
FROM duckdb_functions()
WHERE database_name = current_database() AND schema_name = 'marts' AND ends_with(function_name, '_as_of')
ORDER BY mart
