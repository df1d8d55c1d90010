-- Those of $tombstones, a JSON list, that are not there yet.
INSERT INTO core.tombstone BY NAME
WITH told AS (
    SELECT unnest(
        from_json(
            $tombstones,
            '[{"kind": "VARCHAR", "hash": "VARCHAR", "made": "TIMESTAMP", "reason": "VARCHAR", "erasure": "VARCHAR"}]'
        ),
        recursive := true
    )
)

SELECT *
FROM told AS t
WHERE NOT EXISTS (
    SELECT 1
    FROM core.tombstone AS k
    WHERE k.kind = t.kind AND k.hash = t.hash
)
