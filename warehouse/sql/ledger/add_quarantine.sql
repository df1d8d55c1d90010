-- Rows of this batch that are not there yet. Sources are read again all the time, so a row that equals
-- one of another walk, held or released, is not told again; when it was collected does not count.
-- Equal rows of one walk, which may be in several batches of one folder, are all told.
INSERT INTO core.quarantine BY NAME
WITH row_told AS (
    SELECT
        *,
        CASE
            WHEN rules = 'unreadable' OR NOT json_valid(raw) THEN concat_ws(chr(0), reason, raw)
            ELSE json_merge_patch(raw, '{"collected": null, "raw_page": null}')::VARCHAR
        END AS told
    FROM (
        SELECT *, true AS arriving
        FROM read_parquet($quarantine_path)
        UNION ALL BY NAME
        SELECT * EXCLUDE (released, released_batch), false AS arriving
        FROM core.quarantine
    )
)

SELECT a.* EXCLUDE (told, arriving)
FROM row_told AS a
WHERE a.arriving
    AND NOT EXISTS (
        SELECT 1
        FROM row_told AS k
        WHERE NOT k.arriving AND k.quarantine_id = a.quarantine_id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM row_told AS k
        WHERE NOT k.arriving
            AND parse_dirpath(k.batch_id) <> parse_dirpath(a.batch_id)
            AND k.source IS NOT DISTINCT FROM a.source
            AND k.rules = a.rules
            AND k.told = a.told
    )
