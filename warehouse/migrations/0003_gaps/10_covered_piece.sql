-- The stretches of time that walks have covered, and the series that they count for.
CREATE VIEW core.covered_piece (
    series, -- The walk that it counts for.
    run, -- The run that covered it.
    known, -- When that walk ended (UTC).
    whole, -- false: fewer came than the source declares, so it closes no gap.
    starts, -- Covered from then (UTC); -infinity: from the source's beginning.
    ends -- Covered until then (UTC).
) AS
WITH walked AS (
    SELECT
        series,
        run,
        ended,
        coalesce(missing, 0) = 0 AS whole,
        coalesce(covered_from, TIMESTAMP '-infinity') AS starts,
        coalesce(covered_to, CASE WHEN end_reached THEN started END) AS ends,
        coalesce(gap_from, TIMESTAMP '-infinity') AS gap_starts,
        coalesce(gap_to, TIMESTAMP 'infinity') AS gap_ends,
        gap_from IS NOT NULL OR gap_to IS NOT NULL AS has_gap
    FROM core.complete_coverage
),

piece AS (
    SELECT series, run, ended, whole, starts, CASE WHEN has_gap THEN least(ends, gap_starts) ELSE ends END AS ends
    FROM walked
    UNION ALL
    SELECT series, run, ended, whole, greatest(starts, gap_ends), ends
    FROM walked
    WHERE has_gap
)

SELECT series, run, ended, whole, starts, ends
FROM piece
WHERE starts < ends
