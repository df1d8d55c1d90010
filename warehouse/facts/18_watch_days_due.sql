-- Likewise by watch, each in its own time zone.
CREATE OR REPLACE TEMP TABLE watch_days_due AS
SELECT DISTINCT b.watch, s.brand, timezone(b.timezone, timezone('UTC', s.published))::DATE AS day
FROM (
    SELECT brand, published FROM left_said
    UNION ALL
    SELECT brand, published FROM fresh_said
) AS s
JOIN core.brand AS b ON b.brand = s.brand
