-- Where each walk goes on and until when it has collected.
WITH covered AS (
    SELECT walk_id, max(covered_to) AS covered_to
    FROM core.complete_coverage
    WHERE end_reached
    GROUP BY walk_id
)

SELECT walk_id, cursor::VARCHAR, covered.covered_to
FROM core.cursor
FULL JOIN covered USING (walk_id)
ORDER BY walk_id
