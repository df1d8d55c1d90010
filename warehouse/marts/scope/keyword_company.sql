-- The rows told now that may be told otherwise: of due months, and of brands and months that are no
-- more.
SELECT t.*
FROM core.keyword_company AS t
LEFT JOIN brand_home AS h ON h.brand = t.brand
WHERE t.known_to IS NULL
    AND (
        EXISTS (SELECT 1 FROM company_due AS d WHERE d.watch = h.watch AND d.month = t.month)
        OR NOT EXISTS (
            SELECT 1
            FROM period_held AS p
            WHERE p.brand = t.brand AND p.form = 'month' AND p.starts = t.month
        )
    )
