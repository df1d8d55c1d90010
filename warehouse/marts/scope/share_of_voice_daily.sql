-- The rows told now that may be told otherwise: of due days, and of watches, brands and days that are
-- no more.
SELECT t.*
FROM core.share_of_voice_daily AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (SELECT 1 FROM watch_due AS d WHERE d.watch = t.watch AND d.day = t.day)
        OR NOT EXISTS (SELECT 1 FROM core.brand AS b WHERE b.watch = t.watch AND b.brand = t.brand)
        OR NOT EXISTS (
            SELECT 1
            FROM core.brand AS b
            JOIN spine AS p ON p.brand = b.brand
            WHERE b.watch = t.watch AND p.day = t.day
        )
    )
