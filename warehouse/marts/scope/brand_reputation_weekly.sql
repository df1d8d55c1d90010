-- The rows told now that may be told otherwise: of due weeks, and of weeks that are no more.
SELECT t.*
FROM core.brand_reputation_weekly AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (
            SELECT 1
            FROM period AS p
            WHERE p.brand = t.brand AND p.form = 'week' AND p.starts = t.week
        )
        OR NOT EXISTS (
            SELECT 1
            FROM period_held AS p
            WHERE p.brand = t.brand AND p.form = 'week' AND p.starts = t.week
        )
    )
