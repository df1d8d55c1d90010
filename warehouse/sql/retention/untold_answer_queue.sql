-- What the queue shows of these.
CREATE OR REPLACE TEMP TABLE untold_answer_queue AS
SELECT q.rowid AS row
FROM core.answer_queue AS q
WHERE q.mention_id IN (
    SELECT v.mention_id
    FROM core.mention_version AS v
    JOIN untold_mention_version AS u ON u.row = v.rowid
)
