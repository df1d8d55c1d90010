-- The cursor that this walk may go on from after this merge, if it is to move: that of the last part
-- of this attempt before which no part is missing. It never moves back to an older attempt or run. An
-- attempt that read no page only carries the cursor that it began with, so it has nothing to say.
CREATE OR REPLACE TEMP TABLE next_cursor AS
WITH part AS (
    SELECT *, dense_rank() OVER (ORDER BY part) AS place
    FROM core.load
    WHERE walk_id = $walk_id AND run = $run AND attempt = $attempt
),

candidate AS (
    SELECT *
    FROM part
    WHERE part = place
        AND cursor IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM core.coverage
            WHERE walk_id = $walk_id AND run = $run AND attempt = $attempt AND pages = 0
        )
    ORDER BY part DESC
    LIMIT 1
)

SELECT c.*
FROM candidate AS c
LEFT JOIN core.cursor AS k ON k.walk_id = c.walk_id
LEFT JOIN core.load AS held ON held.batch_id = k.batch_id
WHERE CASE
    WHEN k.walk_id IS NULL OR held.batch_id IS NULL THEN true
    WHEN held.run <> c.run THEN c.collected >= held.collected
    WHEN held.attempt <> c.attempt THEN c.attempt > held.attempt
    ELSE c.part > held.part
END
