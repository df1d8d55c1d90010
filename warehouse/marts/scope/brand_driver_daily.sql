-- The rows told now that may be told otherwise: of due days, and of days that are no more.
SELECT t.*
FROM core.brand_driver_daily AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (SELECT 1 FROM due AS d WHERE d.brand = t.brand AND d.day = t.day AND d.near)
        OR NOT EXISTS (SELECT 1 FROM spine AS p WHERE p.brand = t.brand AND p.day = t.day)
    )
