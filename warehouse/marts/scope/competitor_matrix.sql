-- The rows told now that may be told otherwise: of months that are due of both brands, and of pairs and
-- months that are no more. A month may be due of one of them for the sake of another watch that compares
-- it: nothing of this pair has changed then, and no row is made that would take its place.
SELECT t.*
FROM core.competitor_matrix AS t
WHERE t.known_to IS NULL
    AND (
        (
            EXISTS (
                SELECT 1
                FROM period AS p
                WHERE p.brand = t.brand AND p.form = 'month' AND p.starts = t.month
            )
            AND EXISTS (
                SELECT 1
                FROM period AS p
                WHERE p.brand = t.rival AND p.form = 'month' AND p.starts = t.month
            )
        )
        OR NOT EXISTS (
            SELECT 1
            FROM core.brand AS b
            JOIN core.brand AS o ON o.watch = b.watch AND o.brand = t.rival
            WHERE b.watch = t.watch AND b.brand = t.brand AND b.own
        )
        OR NOT EXISTS (
            SELECT 1
            FROM period_held AS p
            WHERE p.brand = t.brand AND p.form = 'month' AND p.starts = t.month
        )
        OR NOT EXISTS (
            SELECT 1
            FROM period_held AS p
            WHERE p.brand = t.rival AND p.form = 'month' AND p.starts = t.month
        )
    )
