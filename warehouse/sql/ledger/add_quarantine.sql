-- Rows of this batch that are not there yet. Sources are read again all the time, so a row that equals
-- one of an earlier batch, held or released, is not told again; when it was collected does not count.
INSERT INTO core.quarantine BY NAME
WITH arriving AS (
    SELECT
        *,
        CASE
            WHEN rules = 'unreadable' OR NOT json_valid(raw) THEN concat_ws(chr(0), reason, raw)
            ELSE json_merge_patch(raw, '{"collected": null, "raw_page": null}')::VARCHAR
        END AS told
    FROM read_parquet($quarantine_path)
),

known AS (
    SELECT
        source,
        rules,
        CASE
            WHEN rules = 'unreadable' OR NOT json_valid(raw) THEN concat_ws(chr(0), reason, raw)
            ELSE json_merge_patch(raw, '{"collected": null, "raw_page": null}')::VARCHAR
        END AS told
    FROM core.quarantine
    WHERE batch_id <> $batch_id
)

SELECT a.* EXCLUDE (told)
FROM arriving AS a
WHERE NOT EXISTS (SELECT 1 FROM core.quarantine AS k WHERE k.quarantine_id = a.quarantine_id)
    AND NOT EXISTS (
        SELECT 1
        FROM known AS k
        WHERE k.source IS NOT DISTINCT FROM a.source AND k.rules = a.rules AND k.told = a.told
    )
