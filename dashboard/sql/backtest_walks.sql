-- The stretches of time since $since that walks have covered which may tell of the brand; a walk that
-- has covered nothing has a row without times.
WITH walk AS (
    SELECT DISTINCT coalesce(series, walk_id) AS series
    FROM core.walk
    WHERE watch = $watch AND (about IS NULL OR about = $brand)
)

SELECT w.series, greatest(p.starts, $since::TIMESTAMP) AS starts, p.ends
FROM walk AS w
LEFT JOIN core.covered_piece AS p ON p.series = w.series AND p.ends > $since::TIMESTAMP
ORDER BY w.series, starts, p.ends
