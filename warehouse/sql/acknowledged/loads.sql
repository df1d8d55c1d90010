-- What a line says of each of these merged batches, in the order in which they were merged.
SELECT
    batch_id,
    finished,
    fence,
    rows_in,
    rejected,
    new,
    changed,
    unchanged,
    duplicate,
    quarantined,
    gone
FROM core.load
WHERE batch_id IN (SELECT unnest($ids::VARCHAR[]))
ORDER BY finished, batch_id
