-- The checks that failed, unaccepted, when the warehouse was last judged; since is when the first run
-- was of those that failed without one between that did not.
WITH judged AS (
    SELECT judged, bool_or(NOT success AND accepted IS NULL) AS failed
    FROM core.quality_result
    GROUP BY judged
),

row AS (
    SELECT min(judged) AS since
    FROM judged
    WHERE failed AND judged > coalesce((SELECT max(judged) FROM judged WHERE NOT failed), '-infinity')
)

SELECT r.since, q.check_name, q.table_name, q.severity, q.failing
FROM core.quality_result AS q, row AS r
WHERE NOT q.success
    AND q.accepted IS NULL
    AND q.judged = (SELECT max(judged) FROM core.quality_result)
ORDER BY q.severity, q.check_name, q.table_name
