-- How much of each day each source of a watch file was collected: the share of its walks that covered
-- the whole day (UTC) without an open gap in it. The running day is not told: it can't be whole.
WITH moment AS (SELECT max(collected) AS as_of FROM core.load),

numbered AS (
    SELECT
        series,
        starts,
        ends,
        max(ends) OVER (
            PARTITION BY series
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM core.covered_piece
),

grouped AS (
    SELECT
        *,
        count(*) FILTER (reached IS NULL OR starts > reached) OVER (
            PARTITION BY series
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
    FROM numbered
),

covered AS (
    SELECT series, min(starts) AS starts, max(ends) AS ends
    FROM grouped
    GROUP BY series, island
),

walk AS (
    SELECT DISTINCT source, coalesce(series, walk_id) AS series
    FROM core.walk
    WHERE watch = $watch
),

whole_day AS (
    SELECT d.day::DATE AS day, d.day AS starts, d.day + INTERVAL 1 DAY AS ends
    FROM range($since::DATE::TIMESTAMP, $last::DATE::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 1 DAY) AS d (day)
    CROSS JOIN moment AS m
    WHERE d.day < date_trunc('day', m.as_of)
)

SELECT
    w.source,
    d.day,
    count(DISTINCT w.series) AS walks,
    count(DISTINCT w.series) FILTER (
        c.series IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM core.open_gap AS g
            WHERE g.series = w.series
                AND coalesce(g.gap_from, TIMESTAMP '-infinity') < d.ends
                AND g.gap_to > d.starts
        )
    ) AS whole,
    whole / walks AS coverage
FROM walk AS w
CROSS JOIN whole_day AS d
LEFT JOIN covered AS c ON c.series = w.series AND c.starts <= d.starts AND c.ends >= d.ends
GROUP BY w.source, d.day
ORDER BY w.source, d.day
