-- Each walk that is declared now: how it is, its last run, until when it is covered, its open gaps.
-- Those that need a look come first.
WITH declared AS (
    SELECT coalesce(series, walk_id) AS series, min(watch) AS watch, min(source) AS source, min(label) AS label
    FROM core.walk
    GROUP BY ALL
),

last_run AS (
    SELECT *
    FROM core.complete_coverage
    WHERE walk_id IN (SELECT walk_id FROM core.walk)
    QUALIFY row_number() OVER (PARTITION BY series ORDER BY started DESC) = 1
),

covered AS (
    SELECT series, max(ends) AS covered_to
    FROM core.covered_piece
    GROUP BY series
),

gap AS (
    SELECT series, count(*) AS gaps
    FROM core.open_gap
    GROUP BY series
)

SELECT
    d.watch,
    d.label AS walk,
    CASE
        WHEN l.series IS NULL THEN 'never collected'
        WHEN starts_with(l.stopped_by, 'suspect:') THEN 'suspect'
        WHEN l.stopped_by IS NOT NULL AND NOT starts_with(l.stopped_by, 'cap:') THEN 'stopped'
        WHEN g.gaps > 0 THEN 'gaps'
        ELSE 'well'
    END AS state,
    l.ended AS last_run,
    l.items,
    CASE
        WHEN l.series IS NULL THEN NULL
        WHEN l.stopped_by IS NOT NULL THEN l.stopped_by
        WHEN l.unchanged THEN 'its end: nothing has changed'
        ELSE 'its end'
    END AS ended_by,
    c.covered_to,
    coalesce(g.gaps, 0) AS open_gaps
FROM declared AS d
LEFT JOIN last_run AS l ON l.series = d.series
LEFT JOIN covered AS c ON c.series = d.series
LEFT JOIN gap AS g ON g.series = d.series
ORDER BY state = 'well', state <> 'suspect', state <> 'stopped', d.watch, d.label
