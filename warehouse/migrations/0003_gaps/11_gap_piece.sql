-- Every gap that a walk has left, cut where covered stretches begin or end: one row a piece. A piece
-- is closed by a later walk that covers it: what a source shows late lies where an earlier walk has
-- been. Only of a window, which may be asked for at any time, an earlier walk's coverage counts too.
CREATE VIEW core.gap_piece (
    series, -- The walk that the gap counts for.
    walk_id, -- The walk that left it; another than series: it was asked for a window.
    label, -- Its name for people.
    source, -- Name of the connector.
    watch, -- The watch file.
    run, -- The run that left it.
    attempt, -- Which try of the run.
    opened, -- When that walk ended (UTC).
    why, -- What stopped the walk, for people.
    progress, -- Whether that walk has covered anything at all.
    can_go_back, -- Whether the source can be asked for it again; if not, an open gap stays.
    gap_starts, -- The gap, from then (UTC); -infinity: from the source's beginning.
    gap_ends, -- The gap, until then (UTC).
    starts, -- The piece, from then (UTC).
    ends, -- The piece, until then (UTC).
    closed, -- When a walk that covers the piece ended (UTC), the first if several; NULL: none has.
    closed_by -- The run of that walk.
) AS
WITH told AS (
    SELECT series, bool_or(goes_back) AS goes_back
    FROM core.complete_coverage
    GROUP BY series
),

gap AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY series, walk_id, run, attempt, ended) AS number,
        series,
        walk_id,
        label,
        source,
        watch,
        run,
        attempt,
        ended,
        CASE
            WHEN gap_to IS NULL THEN 'fewer came: ' || missing || ' of ' || declared_total
            ELSE coalesce(stopped_by, 'scrolled past: the source shows its newest items only')
        END AS why,
        covered_from IS DISTINCT FROM covered_to AS progress,
        coalesce(c.goes_back, told.goes_back, false) AS can_go_back, -- older rows don't say
        coalesce(CASE WHEN gap_to IS NULL THEN covered_from ELSE gap_from END, TIMESTAMP '-infinity')
            AS gap_starts,
        coalesce(gap_to, covered_to) AS gap_ends
    FROM core.complete_coverage AS c
    JOIN told USING (series)
    WHERE gap_to IS NOT NULL OR missing > 0
),

edge AS (
    SELECT g.number, unnest([greatest(p.starts, g.gap_starts), least(p.ends, g.gap_ends)]) AS cut
    FROM gap AS g
    JOIN core.covered_piece AS p
        ON p.series = g.series
        AND p.whole
        AND (p.known > g.ended OR g.walk_id <> g.series)
        AND p.starts < g.gap_ends
        AND p.ends > g.gap_starts
    UNION
    SELECT number, unnest([gap_starts, gap_ends])
    FROM gap
),

piece AS (
    SELECT number, cut AS starts, lead(cut) OVER (PARTITION BY number ORDER BY cut) AS ends
    FROM edge
),

closing AS (
    SELECT c.number, c.starts, c.ends, min(p.known) AS known, arg_min(p.run, p.known) AS run
    FROM piece AS c
    JOIN gap AS g ON g.number = c.number
    LEFT JOIN core.covered_piece AS p
        ON p.series = g.series
        AND p.whole
        AND (p.known > g.ended OR g.walk_id <> g.series)
        AND p.starts <= c.starts
        AND p.ends >= c.ends
    WHERE c.starts < c.ends
    GROUP BY c.number, c.starts, c.ends
)

SELECT
    g.series,
    g.walk_id,
    g.label,
    g.source,
    g.watch,
    g.run,
    g.attempt,
    g.ended,
    g.why,
    g.progress,
    g.can_go_back,
    g.gap_starts,
    g.gap_ends,
    c.starts,
    c.ends,
    CASE WHEN c.known IS NOT NULL THEN greatest(c.known, g.ended) END,
    c.run
FROM closing AS c
JOIN gap AS g ON g.number = c.number
