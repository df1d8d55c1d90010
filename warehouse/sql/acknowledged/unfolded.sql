-- Merged batches but those that the folded lines stand for: the first so many of a day, of those
-- that have no line of their own. What was merged and not acknowledged came later than these.
WITH folded AS (
    SELECT f.day::VARCHAR AS day, f.folded::BIGINT AS folded
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
)
SELECT batch_id
FROM placed
WHERE NOT EXISTS (
    FROM folded
    WHERE folded.day = placed.day AND placed.place <= folded.folded
)
UNION ALL
SELECT batch_id
FROM core.load
WHERE batch_id IN (SELECT unnest($listed::VARCHAR[]))
