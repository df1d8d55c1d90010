-- Where each walk goes on, until when it has collected, the newest it has read, from when it may go on where the ledger knows
-- more than its cursor, and how many of its last complete walks all brought items.
WITH covered AS (
    SELECT walk_id, max(covered_to) AS covered_to, max(newest) AS newest
    FROM core.complete_coverage
    WHERE end_reached
    GROUP BY walk_id
),

-- A stopped walk has covered its newest part. What it left is a gap, which repair closes by asking
-- for windows: surely where a cap stopped it, and after an error once repair has taken it on.
ledger AS (
    SELECT c.walk_id, least(c.covered_to, c.newest) AS resume_from
    FROM core.complete_coverage AS c
    LEFT JOIN covered USING (walk_id)
    WHERE c.goes_back
        AND NOT c.end_reached
        AND c.newest IS NOT NULL
        AND c.covered_to > coalesce(covered.covered_to, TIMESTAMP '-infinity')
        AND (
            starts_with(c.stopped_by, 'cap:')
            OR EXISTS (
                SELECT 1
                FROM core.complete_coverage AS w
                WHERE w.series = c.series
                    AND w.walk_id <> w.series
                    AND w.started >= c.ended
                    AND coalesce(w.covered_from, w.gap_from, TIMESTAMP '-infinity') < c.gap_to
                    AND coalesce(w.covered_to, w.gap_to) > coalesce(c.gap_from, TIMESTAMP '-infinity')
            )
        )
    QUALIFY row_number() OVER (PARTITION BY c.walk_id ORDER BY c.covered_to DESC) = 1
),

complete AS (
    SELECT walk_id, items, row_number() OVER (PARTITION BY walk_id ORDER BY started DESC) AS back
    FROM core.complete_coverage
    WHERE end_reached AND pages > 0 AND NOT coalesce(unchanged, false)
),

streak AS (
    SELECT walk_id, coalesce(min(back) FILTER (items = 0) - 1, count(*)) AS with_items
    FROM complete
    GROUP BY walk_id
)

SELECT
    walk_id,
    cursor::VARCHAR,
    covered.covered_to,
    covered.newest,
    ledger.resume_from,
    coalesce(streak.with_items, 0)
FROM core.cursor
FULL JOIN covered USING (walk_id)
FULL JOIN ledger USING (walk_id)
FULL JOIN streak USING (walk_id)
ORDER BY walk_id
