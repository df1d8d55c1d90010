-- Coverage of each brand and day: of the walks that may tell of the brand, the share whose covered
-- windows, put together, contain the whole day and which have no open gap in it. A walk of a window,
-- or of other settings and the same name, counts for the declared one (core.complete_coverage says
-- which).
CREATE OR REPLACE TEMP TABLE covered AS
WITH walk AS (
    SELECT coalesce(series, walk_id) AS series, watch, about
    FROM core.walk
    UNION
    SELECT coalesce(c.series, c.walk_id), c.watch, c.about
    FROM core.coverage AS c
    WHERE NOT EXISTS (SELECT 1 FROM core.walk)
        AND EXISTS (
            SELECT 1
            FROM core.watched_source AS s
            WHERE s.watch = c.watch
                AND s.source = c.source
                AND s.about IS NOT DISTINCT FROM c.about
        )
),

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

covered_window AS (
    SELECT series, min(starts) AS starts, max(ends) AS ends
    FROM grouped
    GROUP BY series, island
),

open_now AS (
    SELECT series, coalesce(gap_from, TIMESTAMP '-infinity') AS starts, gap_to AS ends
    FROM core.open_gap
)

SELECT
    d.brand,
    d.day,
    CASE
        WHEN count(w.series) = 0 THEN 0
        ELSE count(DISTINCT c.series) / count(DISTINCT w.series)
    END AS coverage
FROM spine AS d
LEFT JOIN walk AS w ON w.watch = d.watch AND (w.about IS NULL OR w.about = d.brand)
LEFT JOIN covered_window AS c
    ON c.series = w.series
    AND c.starts <= d.starts
    AND c.ends >= d.ends
    AND NOT EXISTS (
        SELECT 1
        FROM open_now AS g
        WHERE g.series = w.series AND g.starts < d.ends AND g.ends > d.starts
    )
GROUP BY d.brand, d.day
