-- Rows of this batch that are not there yet. Sources are read again all the time, so a row that equals
-- one of another walk, held or released, is not told again; when it was collected does not count.
-- Equal rows of one walk, which may be in several batches of one folder, are all told. What rows say
-- is compared by its hash, and not read as JSON: rows are as long as strangers make them, and memory
-- for a few thousand parsed ones would not do. Within a text a quote has a backslash before it.
INSERT INTO core.quarantine BY NAME
WITH row_told AS (
    SELECT
        quarantine_id,
        parse_dirpath(batch_id) AS walk,
        source,
        rules,
        arriving,
        md5(
            CASE
                WHEN rules = 'unreadable' THEN concat_ws(chr(0), reason, raw)
                ELSE regexp_replace(raw, '"(collected|raw_page)":\s*("[^"]*"|null)', '', 'g')
            END
        ) AS told
    FROM (
        SELECT quarantine_id, batch_id, source, rules, reason, raw, true AS arriving
        FROM held
        UNION ALL BY NAME
        SELECT quarantine_id, batch_id, source, rules, reason, raw, false AS arriving
        FROM core.quarantine
    )
),

new_row AS (
    SELECT a.quarantine_id
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
                AND k.walk <> a.walk
                AND k.source IS NOT DISTINCT FROM a.source
                AND k.rules = a.rules
                AND k.told = a.told
        )
)

SELECT h.*
FROM held AS h
SEMI JOIN new_row AS n USING (quarantine_id)
