-- The gaps that walks have left, open and closed: one row a walk that was stopped, that found things
-- scrolled past, or that got fewer than the source declares.
CREATE VIEW core.gap (
    series, -- The walk that it counts for.
    walk_id, -- The walk that left it; another than series: it was asked for a window.
    label, -- Its name for people.
    source, -- Name of the connector.
    watch, -- The watch file.
    run, -- The run that left it.
    attempt, -- Which try of the run.
    opened, -- When that walk ended (UTC).
    gap_from, -- Not collected from then (UTC); NULL: from the source's beginning.
    gap_to, -- Not collected until then (UTC).
    why, -- What stopped the walk, for people.
    progress, -- Whether that walk has covered anything at all.
    can_go_back, -- Whether the source can be asked for it again; if not, an open gap stays.
    closed, -- When it was covered whole, in pieces too (UTC); NULL: it is open.
    closed_by -- The run that covered the last of it.
) AS
SELECT
    series,
    walk_id,
    label,
    source,
    watch,
    run,
    attempt,
    opened,
    nullif(gap_starts, TIMESTAMP '-infinity'),
    gap_ends,
    why,
    progress,
    can_go_back,
    CASE WHEN bool_and(closed IS NOT NULL) THEN max(closed) END,
    CASE WHEN bool_and(closed IS NOT NULL) THEN arg_max(closed_by, closed) END
FROM core.gap_piece
GROUP BY
    series, walk_id, label, source, watch, run, attempt, opened, gap_starts, gap_ends, why, progress, can_go_back
