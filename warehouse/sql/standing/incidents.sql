-- How many incidents are open.
SELECT
    watch,
    severity,
    count(*) FILTER (WHERE closed IS NULL)
FROM marts.incidents
GROUP BY watch, severity
ORDER BY watch, severity
