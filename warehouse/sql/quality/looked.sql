-- Up to when each check has seen all rows, and found them right. One that has changed, or has not
-- looked at everything for seven days, is not among them.
SELECT check_name, table_name, definition, max(upto) AS upto
FROM core.quality_result
WHERE success
GROUP BY check_name, table_name, definition
HAVING max(judged) FILTER (since IS NULL) > $now - INTERVAL 7 DAY
