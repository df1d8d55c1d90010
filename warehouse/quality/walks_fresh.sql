-- Every declared walk that has a schedule has come to its end, or as far as its cap lets it, within twice
-- the time between two of its runs, a day at least; observed are how many such times the one that has
-- waited longest did. 'tidings status' says why.
-- table: core.walk
-- severity: warn
-- most: 2
WITH waited AS (
    SELECT
        w.label,
        min(epoch($now - c.ended)) / 3600.0 / greatest(24, any_value(w.every_hours)) AS times
    FROM core.walk AS w
    LEFT JOIN core.complete_coverage AS c
        ON coalesce(c.series, c.walk_id) = coalesce(w.series, w.walk_id)
        AND c.watch = w.watch
        AND (c.end_reached OR starts_with(c.stopped_by, 'cap:'))
    WHERE coalesce(w.every_hours, 0) < 'infinity'::DOUBLE
    GROUP BY w.walk_id, w.watch, w.label
)

SELECT
    count(*) FILTER (times IS NULL OR times > $most) AS failing,
    min(label, $examples) FILTER (times IS NULL OR times > $most) AS examples,
    max(coalesce(times, 'infinity'::DOUBLE)) AS observed
FROM waited
