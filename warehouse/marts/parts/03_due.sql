-- The rows to tell again: brands' days that are new, whose coverage changed, or that figures of up to
-- 365 days look back from to a day of which something was learnt; all of them where $all.
--   near: likewise, for figures that look back 28 days at most
CREATE OR REPLACE TEMP TABLE due AS
WITH learnt AS (
    SELECT DISTINCT p.brand, p.day, bool_or(p.day - d.day < 28) AS near
    FROM spine AS p
    JOIN days_due AS d ON d.brand = p.brand AND p.day BETWEEN d.day AND d.day + 364
    GROUP BY p.brand, p.day
),

heard AS (
    SELECT DISTINCT p.brand, p.day
    FROM spine AS p
    JOIN (SELECT DISTINCT watch, day FROM watch_days_due) AS d
        ON d.watch = p.watch AND p.day BETWEEN d.day AND d.day + 27
),

told AS (
    SELECT brand, day, watch, own, timezone, coverage
    FROM core.brand_reputation_daily
    WHERE known_to IS NULL
),

found AS (
    SELECT
        p.*,
        c.coverage,
        l.brand IS NOT NULL AS learnt,
        $all
        OR coalesce(l.near, false)
        OR h.brand IS NOT NULL
        OR t.brand IS NULL
        OR (t.coverage, t.watch, t.own, t.timezone)
            IS DISTINCT FROM (c.coverage, p.watch, p.own, p.timezone) AS near
    FROM spine AS p
    JOIN covered AS c ON c.brand = p.brand AND c.day = p.day
    LEFT JOIN learnt AS l ON l.brand = p.brand AND l.day = p.day
    LEFT JOIN heard AS h ON h.brand = p.brand AND h.day = p.day
    LEFT JOIN told AS t ON t.brand = p.brand AND t.day = p.day
)

SELECT * EXCLUDE (learnt)
FROM found
WHERE learnt OR near
