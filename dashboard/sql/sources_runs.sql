-- When each source that a watch file declares was last asked, and how that ended.
SELECT
    s.name,
    max(c.started) AS last_started,
    max(c.ended) FILTER (c.end_reached AND c.stopped_by IS NULL) AS last_success,
    arg_max_null(c.stopped_by, c.ended) AS last_stopped_by
FROM core.watched_source AS s
LEFT JOIN core.coverage AS c
    ON c.watch = s.watch AND c.source = s.source AND ends_with(c.run, '.' || s.watch || '.' || s.name)
WHERE s.watch = $watch
GROUP BY s.name
ORDER BY s.name
