-- How fresh each source is, now.
SELECT
    watch,
    source,
    hours_since_newest,
    hours_since_success,
    coalesce(open_gaps, 0)
FROM marts.source_health
ORDER BY watch, source
