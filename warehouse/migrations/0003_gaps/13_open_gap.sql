-- What is not collected: the stretches of open gaps that no walk has covered, put together.
CREATE VIEW core.open_gap (
    series, -- The walk that it counts for.
    label, -- Its name for people.
    source, -- Name of the connector.
    watch, -- The watch file that declares it; of a walk that is declared no more, the last one.
    declared, -- Whether a watch file declares the walk now; if not, nobody will close it.
    gap_from, -- Not collected from then (UTC); NULL: from the source's beginning.
    gap_to, -- Not collected until then (UTC).
    opened, -- When it was first left (UTC).
    walks, -- How many walks have left it, or a part of it.
    why, -- What stopped the last of them, for people.
    can_go_back -- Whether the source can be asked for it again; if not, it stays.
) AS
WITH uncovered AS (
    SELECT
        *,
        max(ends) OVER (
            PARTITION BY series
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM core.gap_piece
    WHERE closed IS NULL
),

grouped AS (
    SELECT
        *,
        count(*) FILTER (reached IS NULL OR starts > reached) OVER (
            PARTITION BY series
            ORDER BY starts, ends
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
    FROM uncovered
),

declared AS (
    SELECT coalesce(series, walk_id) AS series, min(watch) AS watch
    FROM core.walk
    GROUP BY ALL
)

SELECT
    u.series,
    arg_max(u.label, u.opened),
    arg_max(u.source, u.opened),
    coalesce(min(d.watch), arg_max(u.watch, u.opened)),
    count(d.series) > 0,
    nullif(min(u.starts), TIMESTAMP '-infinity'),
    max(u.ends),
    min(u.opened),
    count(DISTINCT u.opened),
    arg_max(u.why, u.opened),
    arg_max(u.can_go_back, u.opened)
FROM grouped AS u
LEFT JOIN declared AS d ON d.series = u.series
GROUP BY u.series, u.island
