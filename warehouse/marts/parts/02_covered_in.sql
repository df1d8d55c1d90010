-- Coverage of each brand and day in each watch that names it: of the watch's walks that may tell of the
-- brand, the share whose covered windows, put together, contain the whole day and which have no open gap
-- in it. A walk of a window, or of other settings and the same name, counts for the declared one
-- (core.complete_coverage says which). What walks have covered is looked up once a walk, day and zone:
-- most walks are of all brands of a watch.
CREATE OR REPLACE TEMP TABLE covered_in AS
WITH walk AS (
    SELECT coalesce(series, walk_id) AS series, watch, about
    FROM core.walk
    UNION
    SELECT coalesce(c.series, c.walk_id), c.watch, c.about
    FROM core.coverage AS c
    WHERE NOT EXISTS (SELECT 1 FROM core.walk)
        AND EXISTS (
            SELECT 1
            FROM core.watched_source AS s
            WHERE s.watch = c.watch
                AND s.source = c.source
                AND s.about IS NOT DISTINCT FROM c.about
        )
),

of_all AS (SELECT series, watch FROM walk WHERE about IS NULL),

of_one AS (
    SELECT w.series, w.watch, w.about AS brand
    FROM walk AS w
    ANTI JOIN of_all AS a ON a.series = w.series AND a.watch = w.watch
    WHERE w.about IS NOT NULL
),

open_now AS (
    SELECT series, coalesce(gap_from, TIMESTAMP '-infinity') AS starts, gap_to AS ends
    FROM core.open_gap
),

zone_day AS (SELECT DISTINCT timezone, day, starts, ends FROM spine),

whole_day AS (
    SELECT c.series, d.timezone, d.day
    FROM (SELECT DISTINCT series FROM walk) AS w
    JOIN covered_window AS c ON c.series = w.series
    JOIN zone_day AS d ON d.starts >= c.starts AND d.ends <= c.ends
    WHERE NOT EXISTS (
            SELECT 1
            FROM open_now AS g
            WHERE g.series = c.series AND g.starts < d.ends AND g.ends > d.starts
        )
),

kept_of_all AS (
    SELECT a.watch, d.timezone, d.day, count(*) AS n
    FROM of_all AS a
    JOIN whole_day AS d ON d.series = a.series
    GROUP BY a.watch, d.timezone, d.day
),

kept_of_one AS (
    SELECT o.watch, o.brand, d.timezone, d.day, count(*) AS n
    FROM of_one AS o
    JOIN whole_day AS d ON d.series = o.series
    GROUP BY o.watch, o.brand, d.timezone, d.day
),

walks_of_all AS (SELECT watch, count(*) AS n FROM of_all GROUP BY watch),

walks_of_one AS (SELECT watch, brand, count(*) AS n FROM of_one GROUP BY watch, brand)

SELECT
    b.watch,
    d.brand,
    d.day,
    b.watch = d.watch AS home,
    CASE
        WHEN coalesce(a.n, 0) + coalesce(o.n, 0) = 0 THEN 0
        ELSE (coalesce(ka.n, 0) + coalesce(ko.n, 0)) / (coalesce(a.n, 0) + coalesce(o.n, 0))
    END AS coverage
FROM spine AS d
JOIN core.brand AS b ON b.brand = d.brand
LEFT JOIN walks_of_all AS a ON a.watch = b.watch
LEFT JOIN walks_of_one AS o ON o.watch = b.watch AND o.brand = b.brand
LEFT JOIN kept_of_all AS ka
    ON ka.watch = b.watch AND ka.timezone = d.timezone AND ka.day = d.day
LEFT JOIN kept_of_one AS ko
    ON ko.watch = b.watch AND ko.brand = b.brand AND ko.timezone = d.timezone AND ko.day = d.day
