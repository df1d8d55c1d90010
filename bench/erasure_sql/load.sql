INSERT INTO core.load BY NAME
SELECT
    batch_id,
    split_part(batch_id, '/', 4) AS walk_id,
    walk_id AS label,
    'shop' AS source,
    'watch-0' AS watch,
    'run' AS run,
    1 AS attempt,
    right(batch_id, 4)::INTEGER AS part,
    TIMESTAMP '2026-01-01' AS collected,
    count(*) AS rows_in,
    0 AS rejected,
    count(*) AS new,
    0 AS changed,
    0 AS unchanged,
    0 AS duplicate,
    0 AS quarantined,
    batch_id || '.parquet' AS mentions_path,
    0 AS fence,
    TIMESTAMP '2026-01-02' AS started,
    TIMESTAMP '2026-01-02' AS finished
FROM core.mention_version
GROUP BY batch_id
