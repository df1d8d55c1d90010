-- The rows told now that may be told otherwise: of due days, and of days and keywords that are no more.
SELECT t.*
FROM core.keyword_daily AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (SELECT 1 FROM keyword_due AS d WHERE d.brand = t.brand AND d.day = t.day)
        OR NOT EXISTS (SELECT 1 FROM spine AS p WHERE p.brand = t.brand AND p.day = t.day)
        OR NOT EXISTS (
            SELECT 1 FROM core.keyword_day AS k WHERE k.brand = t.brand AND k.keyword = t.keyword
        )
    )
