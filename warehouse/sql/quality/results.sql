-- The results of the last run, or of each of a check's runs, the newest first.
SELECT
    run, judged, suite, check_name, table_name, severity, success, failing, observed, most,
    examples, since, upto, definition, accepted
FROM core.quality_result
WHERE CASE
    WHEN $check IS NULL THEN run = (SELECT arg_max(run, judged) FROM core.quality_result)
    ELSE check_name = $check
END
ORDER BY judged DESC, success, severity, check_name, table_name
LIMIT $most
