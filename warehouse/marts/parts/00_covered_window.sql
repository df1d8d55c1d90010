-- What each walk has covered, its windows put together where they touch (UTC).
CREATE OR REPLACE TEMP TABLE covered_window AS
WITH numbered AS (
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
)

SELECT series, min(starts) AS starts, max(ends) AS ends
FROM grouped
GROUP BY series, island
