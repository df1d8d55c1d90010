-- The brands' days of which something was learnt since the last refresh; all of them where $all.
CREATE OR REPLACE TEMP TABLE learnt AS
SELECT p.brand, p.day
FROM spine AS p
WHERE $all OR EXISTS (SELECT 1 FROM days_due AS d WHERE d.brand = p.brand AND d.day = p.day)
