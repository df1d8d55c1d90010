-- The ledger's rows of batches $first to $last - 1, of 100 mentions each.
INSERT INTO core.load BY NAME
SELECT
    'b' || range AS batch_id,
    'forum:1' AS walk_id,
    'forum' AS label,
    'forum' AS source,
    'acme' AS watch,
    'r' || range AS run,
    1 AS attempt,
    1 AS part,
    TIMESTAMP '2025-01-01' + to_seconds(range) AS collected,
    100 AS rows_in,
    0 AS rejected,
    100 AS "new",
    0 AS changed,
    0 AS unchanged,
    0 AS duplicate,
    0 AS quarantined,
    'm' AS mentions_path,
    0 AS fence,
    TIMESTAMP '2025-01-01' + to_seconds(range) AS started,
    TIMESTAMP '2025-01-01' + to_seconds(range) AS finished
FROM range($first, $last)
