-- What the ledger says a batch brought is there: a version for each new or changed mention, and of
-- what was quarantined at most as many rows, since an equal row of another walk is not told again;
-- but some row of its source.
-- table: core.load
-- severity: fail
WITH stored AS (
    SELECT batch_id, known_from, count(*) AS versions
    FROM core.mention_version
    WHERE known_from >= $since
    GROUP BY batch_id, known_from
),

held AS (
    SELECT batch_id, count(*) AS n
    FROM core.quarantine
    GROUP BY batch_id
),

source_held AS (
    SELECT DISTINCT l.source
    FROM held AS h
    JOIN core.load AS l ON l.batch_id = h.batch_id
)

SELECT count(*) AS failing, min(l.batch_id, $examples) AS examples
FROM core.load AS l
LEFT JOIN stored AS s ON s.batch_id = l.batch_id AND s.known_from = l.finished
LEFT JOIN held AS h ON h.batch_id = l.batch_id
LEFT JOIN source_held AS o ON o.source = l.source
WHERE l.finished >= $since
    AND (
        coalesce(s.versions, 0) <> l.new + l.changed
        OR coalesce(h.n, 0) > l.quarantined
        OR l.quarantined > 0 AND o.source IS NULL
    )
