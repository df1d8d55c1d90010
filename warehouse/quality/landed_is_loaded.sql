-- The ledger counts what the landing area says has landed, batch by batch: the last 1,000 merged
-- since this was last right. Batches that are pruned from the landing area are left out.
-- Of what was erased since a batch landed, the marker says how many rows it was.
-- table: core.load
-- severity: fail
WITH landed AS (
    SELECT unnest(
        from_json($landed, '[{"batch_id": "VARCHAR", "rows": "BIGINT", "rejected": "BIGINT", "erased": "BIGINT"}]'),
        recursive := true
    )
)

SELECT count(*) AS failing, min(l.batch_id, $examples) AS examples
FROM core.load AS l
JOIN landed AS d ON d.batch_id = l.batch_id
WHERE l.rows_in NOT BETWEEN d.rows AND d.rows + coalesce(d.erased, 0)
    OR l.rejected NOT BETWEEN d.rejected AND d.rejected + coalesce(d.erased, 0)
    OR l.rows_in + l.rejected NOT BETWEEN d.rows + d.rejected AND d.rows + d.rejected + coalesce(d.erased, 0)
