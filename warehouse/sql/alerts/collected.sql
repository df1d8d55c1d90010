-- The stretches of time since $since that walks have covered, of each watch file and brand.
WITH walk AS (
    SELECT DISTINCT coalesce(series, walk_id) AS series, watch, about
    FROM core.walk
)

SELECT
    w.watch,
    w.about,
    w.series,
    greatest(p.starts, $since::TIMESTAMP) AS starts,
    p.ends
FROM walk AS w
LEFT JOIN core.covered_piece AS p ON p.series = w.series AND p.ends > $since
ORDER BY w.watch, w.series, p.starts, p.ends
