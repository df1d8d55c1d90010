-- Weeks and months to tell again, of all brands of a watch together, each with its sums: those with a
-- day that is due, or that have more days, or other ones, than they were told of.
CREATE OR REPLACE TEMP TABLE period AS
WITH told AS (
    SELECT brand, 'week' AS form, week AS starts, days, complete
    FROM core.brand_reputation_weekly
    WHERE known_to IS NULL
    UNION ALL
    SELECT brand, 'month', month, days, complete
    FROM core.brand_reputation_monthly
    WHERE known_to IS NULL
),

due_day AS (
    SELECT brand, day
    FROM due
    UNION
    SELECT b.brand, d.day
    FROM watch_due AS d
    JOIN core.brand AS b ON b.watch = d.watch
),

changed AS (
    SELECT h.brand, h.form, h.starts
    FROM period_held AS h
    LEFT JOIN told AS t ON t.brand = h.brand AND t.form = h.form AND t.starts = h.starts
    WHERE (t.days, t.complete) IS DISTINCT FROM (h.days, h.complete)
        OR EXISTS (
            SELECT 1
            FROM due_day AS d
            WHERE d.brand = h.brand AND d.day >= h.starts AND d.day < h.ends
        )
),

wanted_of_watch AS (
    SELECT DISTINCT b.watch, c.form, c.starts
    FROM changed AS c
    JOIN core.brand AS b ON b.brand = c.brand
),

wanted AS (
    SELECT DISTINCT b.brand, w.form, w.starts
    FROM wanted_of_watch AS w
    JOIN core.brand AS b ON b.watch = w.watch
),

said AS (
    SELECT
        h.brand,
        h.form,
        h.starts,
        sum(d.mentions) AS mentions,
        sum(d.exposures) AS exposures,
        sum(d.positive) AS positive,
        sum(d.neutral) AS neutral,
        sum(d.negative) AS negative,
        sum(d.ratings) AS ratings,
        sum(d.rated) AS rated,
        sum(d.asked) AS asked,
        sum(d.answered) AS answered,
        sum(d.timed) AS timed,
        sum(d.in_target) AS in_target
    FROM period_held AS h
    SEMI JOIN wanted AS w ON w.brand = h.brand AND w.form = h.form AND w.starts = h.starts
    JOIN core.brand_day AS d ON d.brand = h.brand AND d.day >= h.starts AND d.day < h.ends
    GROUP BY h.brand, h.form, h.starts
),

heard AS (
    SELECT h.brand, h.form, h.starts, sum(d.mentions) AS voice
    FROM period_held AS h
    SEMI JOIN wanted AS w ON w.brand = h.brand AND w.form = h.form AND w.starts = h.starts
    JOIN core.watch_day AS d
        ON d.watch = h.watch AND d.brand = h.brand AND d.day >= h.starts AND d.day < h.ends
    GROUP BY h.brand, h.form, h.starts
),

window_of AS (SELECT DISTINCT watch, form, starts, ends FROM period_held),

heard_of_all AS (
    SELECT p.watch, p.form, p.starts, sum(d.mentions) AS of_all
    FROM window_of AS p
    JOIN core.watch_day AS d ON d.watch = p.watch AND d.day >= p.starts AND d.day < p.ends
    GROUP BY p.watch, p.form, p.starts
)

SELECT
    h.*,
    coalesce(s.mentions, 0)::BIGINT AS mentions,
    coalesce(s.exposures, 0)::BIGINT AS exposures,
    coalesce(s.positive, 0)::BIGINT AS positive,
    coalesce(s.neutral, 0)::BIGINT AS neutral,
    coalesce(s.negative, 0)::BIGINT AS negative,
    coalesce(s.ratings, 0)::BIGINT AS ratings,
    coalesce(s.rated, 0)::HUGEINT / 1e9 AS rated,
    coalesce(s.asked, 0)::BIGINT AS asked,
    coalesce(s.answered, 0)::BIGINT AS answered,
    coalesce(s.timed, 0)::BIGINT AS timed,
    coalesce(s.in_target, 0)::BIGINT AS in_target,
    coalesce(a.voice, 0)::BIGINT AS voice,
    coalesce(e.of_all, 0)::BIGINT AS of_all
FROM period_held AS h
SEMI JOIN wanted AS w ON w.brand = h.brand AND w.form = h.form AND w.starts = h.starts
LEFT JOIN said AS s ON s.brand = h.brand AND s.form = h.form AND s.starts = h.starts
LEFT JOIN heard AS a ON a.brand = h.brand AND a.form = h.form AND a.starts = h.starts
LEFT JOIN heard_of_all AS e ON e.watch = h.watch AND e.form = h.form AND e.starts = h.starts
