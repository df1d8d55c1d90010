-- The rows told now that may be told otherwise: of days of which something was learnt, of days that
-- are no more, and those that are too old by now.
SELECT t.*
FROM core.answer_queue AS t
WHERE t.known_to IS NULL
    AND (
        EXISTS (SELECT 1 FROM learnt AS d WHERE d.brand = t.brand AND d.day = t.day)
        OR NOT EXISTS (SELECT 1 FROM spine AS p WHERE p.brand = t.brand AND p.day = t.day)
        OR t.published <= (SELECT max(collected) FROM core.load) - INTERVAL 365 DAY
    )
