-- By how much each load's counts shrink: its first versions of mentions that go were new, the others
-- changed.
CREATE OR REPLACE TEMP TABLE doomed_load AS
WITH version AS (
    SELECT
        v.batch_id,
        v.known_from,
        row_number() OVER (PARTITION BY v.mention_id ORDER BY v.known_from, v.valid_from) = 1 AS first
    FROM core.mention_version AS v
    SEMI JOIN doomed AS d ON d.mention_id = v.mention_id
),

brought AS (
    SELECT
        l.batch_id,
        count(*) AS versions,
        count(*) FILTER (v.first) AS firsts
    FROM version AS v
    JOIN core.load AS l ON l.batch_id = v.batch_id AND l.finished = v.known_from
    GROUP BY l.batch_id
),

held AS (
    SELECT q.batch_id, count(*) AS n
    FROM core.quarantine AS q
    SEMI JOIN doomed_quarantine AS d ON d.row = q.rowid
    GROUP BY q.batch_id
),

shrinking AS (
    SELECT
        l.batch_id,
        l.source IN (SELECT source FROM doomed_source) AS whole,
        least(coalesce(b.firsts, 0), l.new) AS new,
        coalesce(b.versions, 0) AS versions,
        least(coalesce(h.n, 0), l.quarantined) AS quarantined
    FROM core.load AS l
    LEFT JOIN brought AS b ON b.batch_id = l.batch_id
    LEFT JOIN held AS h ON h.batch_id = l.batch_id
)

SELECT batch_id, whole, new, versions - new AS changed, quarantined
FROM shrinking
WHERE whole OR versions > 0 OR quarantined > 0
