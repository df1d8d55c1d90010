-- Coverage of each brand and day: of the walks that may tell of the brand, the share whose covered
-- windows, put together, contain the whole day. A walk of other settings and the same name, as a
-- backfill's, closes the gaps of the declared one.
CREATE OR REPLACE TEMP TABLE covered AS
WITH walk AS (
    SELECT walk_id, watch, source, label, about
    FROM core.walk
    UNION
    SELECT c.walk_id, c.watch, c.source, c.label, c.about
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

named AS (
    SELECT *, count(*) OVER (PARTITION BY watch, source, label) = 1 AS only_one
    FROM walk
),

walked AS (
    SELECT
        w.watch,
        w.walk_id,
        coalesce(c.covered_from, TIMESTAMP '-infinity') AS starts,
        coalesce(c.covered_to, CASE WHEN c.end_reached THEN c.started END) AS ends,
        coalesce(c.gap_from, TIMESTAMP '-infinity') AS gap_starts,
        coalesce(c.gap_to, TIMESTAMP 'infinity') AS gap_ends,
        c.gap_from IS NOT NULL OR c.gap_to IS NOT NULL AS has_gap
    FROM named AS w
    JOIN core.complete_coverage AS c
        ON c.walk_id = w.walk_id
        OR (
            w.only_one
            AND c.watch = w.watch
            AND c.source = w.source
            AND c.label = w.label
            AND c.walk_id NOT IN (SELECT walk_id FROM walk)
        )
),

piece AS (
    SELECT watch, walk_id, starts, CASE WHEN has_gap THEN least(ends, gap_starts) ELSE ends END AS ends
    FROM walked
    UNION ALL
    SELECT watch, walk_id, greatest(starts, gap_ends), ends
    FROM walked
    WHERE has_gap
),

numbered AS (
    SELECT
        watch,
        walk_id,
        starts,
        ends,
        max(ends) OVER (
            PARTITION BY watch, walk_id
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM piece
    WHERE starts < ends
),

grouped AS (
    SELECT
        *,
        count(*) FILTER (reached IS NULL OR starts > reached) OVER (
            PARTITION BY watch, walk_id
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
    FROM numbered
),

covered_window AS (
    SELECT watch, walk_id, min(starts) AS starts, max(ends) AS ends
    FROM grouped
    GROUP BY watch, walk_id, island
)

SELECT
    d.brand,
    d.day,
    CASE
        WHEN count(w.walk_id) = 0 THEN 0
        ELSE count(DISTINCT c.walk_id) / count(DISTINCT w.walk_id)
    END AS coverage
FROM spine AS d
LEFT JOIN walk AS w ON w.watch = d.watch AND (w.about IS NULL OR w.about = d.brand)
LEFT JOIN covered_window AS c
    ON c.watch = w.watch
    AND c.walk_id = w.walk_id
    AND c.starts <= d.starts
    AND c.ends >= d.ends
GROUP BY d.brand, d.day
