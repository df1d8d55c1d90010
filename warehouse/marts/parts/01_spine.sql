-- One row a brand and day: from the first day that anything was said of its watch's brands or hit one
-- of their keywords (1990 at the earliest) to the last one, or that of the last collecting. starts and
-- ends are UTC.
CREATE OR REPLACE TEMP TABLE spine AS
WITH told AS (
    SELECT brand, day
    FROM core.brand_day
    UNION
    SELECT brand, day
    FROM core.keyword_day
),

first_day AS (
    SELECT b.watch, greatest(min(t.day), DATE '1990-01-01') AS day
    FROM told AS t
    JOIN core.brand AS b ON b.brand = t.brand
    GROUP BY b.watch
),

last_day AS (
    SELECT
        h.brand,
        greatest(
            (SELECT max(day) FROM told),
            timezone(h.timezone, timezone('UTC', (SELECT max(collected) FROM core.load)))::DATE
        ) AS day
    FROM brand_home AS h
),

dated AS (
    SELECT
        h.*,
        unnest(generate_series(f.day::TIMESTAMP, l.day::TIMESTAMP, INTERVAL 1 DAY))::DATE AS day
    FROM brand_home AS h
    JOIN first_day AS f ON f.watch = h.watch
    JOIN last_day AS l ON l.brand = h.brand
)

SELECT
    *,
    timezone('UTC', timezone(timezone, day::TIMESTAMP)) AS starts,
    timezone('UTC', timezone(timezone, (day + 1)::TIMESTAMP)) AS ends
FROM dated
