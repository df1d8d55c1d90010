-- The rows told now that may be told otherwise: of due months, and of months that are no more.
SELECT t.*
FROM core.brand_reputation_monthly AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (
            SELECT 1
            FROM period AS p
            WHERE p.brand = t.brand AND p.form = 'month' AND p.starts = t.month
        )
        OR NOT EXISTS (
            SELECT 1
            FROM period_held AS p
            WHERE p.brand = t.brand AND p.form = 'month' AND p.starts = t.month
        )
    )
