-- Coverage that counts: that of walks all of whose batches, up to the last, are merged. series is
-- that of a walk that is declared now where there is one of these settings, or else one of this name.
-- A source that shows its newest items only, and of these none that was known, has turned over since
-- the walk before: whatever scrolled past in between may be missing.
-- columns: core.coverage
CREATE VIEW core.complete_coverage AS
WITH declared AS (
    SELECT DISTINCT coalesce(series, walk_id) AS series
    FROM core.walk
),

named AS (
    SELECT watch, source, label, min(coalesce(series, walk_id)) AS series
    FROM core.walk
    GROUP BY watch, source, label
    HAVING count(*) = 1
),

merged AS (
    SELECT
        c.walk_id,
        c.run,
        c.attempt,
        c.part,
        count(DISTINCT l.part) AS parts,
        sum(l.new) AS new,
        sum(l.changed + l.unchanged) AS known
    FROM core.coverage AS c
    JOIN core.load AS l
        ON l.walk_id = c.walk_id AND l.run = c.run AND l.attempt = c.attempt AND l.part <= c.part
    GROUP BY c.walk_id, c.run, c.attempt, c.part
),

told AS (
    SELECT
        c.*,
        coalesce(own.series, named.series, c.series, c.walk_id) AS counts_for,
        c.only_newest
        AND c.end_reached
        AND c.gap_to IS NULL
        AND m.new > 0
        AND m.known = 0
        AND 2 * c.items >= last_value(CASE WHEN c.end_reached AND c.items > 0 THEN c.items END IGNORE NULLS)
            OVER (
                PARTITION BY c.walk_id
                ORDER BY c.started
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS turned_over
    FROM core.coverage AS c
    JOIN merged AS m
        ON m.walk_id = c.walk_id
        AND m.run = c.run
        AND m.attempt = c.attempt
        AND m.part = c.part
        AND m.parts = c.part
    LEFT JOIN declared AS own ON own.series = coalesce(c.series, c.walk_id)
    LEFT JOIN named
        ON own.series IS NULL
        AND named.watch = c.watch
        AND named.source = c.source
        AND named.label = c.label
)

SELECT
    * EXCLUDE (counts_for, turned_over)
    REPLACE (
        counts_for AS series,
        CASE WHEN turned_over THEN covered_to ELSE covered_from END AS covered_from,
        CASE WHEN turned_over THEN covered_from ELSE gap_from END AS gap_from,
        CASE WHEN turned_over THEN covered_to ELSE gap_to END AS gap_to
    )
FROM told
