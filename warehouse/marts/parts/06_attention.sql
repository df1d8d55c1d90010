-- Mentions of each brand, and of all its watch's brands together, where all of them can be heard
-- alike (core.watch_day): of the due day, and of the 28 days up to and with it (_28).
CREATE OR REPLACE TEMP TABLE attention AS
WITH daily AS (
    SELECT watch, brand, day, sum(mentions) AS mentions
    FROM core.watch_day
    WHERE day BETWEEN (SELECT min(day) - 27 FROM due) AND (SELECT max(day) FROM due)
    GROUP BY watch, brand, day
),

together AS (
    SELECT watch, day, sum(mentions) AS mentions
    FROM daily
    GROUP BY watch, day
),

own AS (
    SELECT
        p.brand,
        p.day,
        sum(d.mentions) FILTER (d.day = p.day) AS mentions,
        sum(d.mentions) AS mentions_28
    FROM due AS p
    JOIN daily AS d
        ON d.watch = p.watch AND d.brand = p.brand AND d.day BETWEEN p.day - 27 AND p.day
    GROUP BY p.brand, p.day
),

window_of AS (SELECT DISTINCT watch, day FROM due),

every AS (
    SELECT
        p.watch,
        p.day,
        sum(t.mentions) FILTER (t.day = p.day) AS mentions,
        sum(t.mentions) AS mentions_28
    FROM window_of AS p
    JOIN together AS t ON t.watch = p.watch AND t.day BETWEEN p.day - 27 AND p.day
    GROUP BY p.watch, p.day
)

SELECT
    p.brand,
    p.day,
    coalesce(o.mentions, 0)::BIGINT AS mentions,
    coalesce(e.mentions, 0)::BIGINT AS of_all,
    coalesce(o.mentions_28, 0)::BIGINT AS mentions_28,
    coalesce(e.mentions_28, 0)::BIGINT AS of_all_28
FROM due AS p
LEFT JOIN own AS o ON o.brand = p.brand AND o.day = p.day
LEFT JOIN every AS e ON e.watch = p.watch AND e.day = p.day
