-- For each folded day: how many of its batches are here, and whether their digest is the line's.
WITH folded AS (
    SELECT f.day::VARCHAR AS day, f.folded::BIGINT AS folded, f.digest::VARCHAR AS digest
    FROM (SELECT unnest($folded) AS f)
),
placed AS (
    SELECT
        batch_id,
        split_part(batch_id, '/', 2) AS day,
        row_number() OVER (
            PARTITION BY split_part(batch_id, '/', 2) ORDER BY finished, batch_id
        ) AS place
    FROM core.load
    WHERE batch_id NOT IN (SELECT unnest($listed::VARCHAR[]))
),
here AS (
    SELECT
        day,
        count(*) AS batches,
        coalesce(bit_xor(('0x' || md5(batch_id))::UHUGEINT), 0) AS digest
    FROM placed
    INNER JOIN folded USING (day)
    WHERE place <= folded
    GROUP BY day
)
SELECT
    day,
    coalesce(here.batches, 0) AS batches,
    coalesce(here.digest = ('0x' || folded.digest)::UHUGEINT, false) AS same
FROM folded
LEFT JOIN here USING (day)
ORDER BY day
