-- All rows of core.source_health: there are as many as sources. Ages are not among them, which are others
-- after each load: marts.source_health counts them.
-- definition: 2
-- key: watch, source
WITH moment AS (SELECT max(collected) AS as_of FROM core.load),

declared AS (SELECT DISTINCT watch, source FROM core.watched_source),

walked AS (
    SELECT
        watch,
        source,
        max(ended) FILTER (end_reached AND stopped_by IS NULL) AS last_success,
        arg_max_null(stopped_by, ended) AS last_stopped_by,
        -- rows that say they are of later are in quarantine (transforms: not_from_the_future)
        max(newest) FILTER (newest <= ended + INTERVAL 1 DAY) AS newest
    FROM core.complete_coverage
    GROUP BY watch, source
),

loaded AS (
    SELECT
        l.watch,
        l.source,
        max(l.collected) AS last_collected,
        count(*) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS batches,
        sum(l.rows_in + l.rejected) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS rows_in,
        sum(l.new) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS new,
        sum(l.changed) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS changed,
        sum(l.duplicate) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS duplicate,
        sum(l.quarantined) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS quarantined,
        sum(l.gone) FILTER (l.collected > m.as_of - INTERVAL 28 DAY) AS gone
    FROM core.load AS l, moment AS m
    GROUP BY l.watch, l.source
),

held AS (
    SELECT l.watch, l.source, count(*) AS held
    FROM core.quarantine AS q
    JOIN core.load AS l ON l.batch_id = q.batch_id
    WHERE q.released IS NULL
    GROUP BY l.watch, l.source
),

walk AS (
    SELECT watch, source, coalesce(series, walk_id) AS series
    FROM core.walk
    UNION
    SELECT watch, source, coalesce(series, walk_id)
    FROM core.coverage
    WHERE NOT EXISTS (SELECT 1 FROM core.walk)
),

whole_day AS (
    SELECT
        date_trunc('day', m.as_of) - to_days(n.back::INTEGER) AS starts,
        date_trunc('day', m.as_of) - to_days(n.back::INTEGER - 1) AS ends
    FROM moment AS m, range(1, 29) AS n (back)
),

kept AS (
    SELECT
        w.watch,
        w.source,
        count(DISTINCT w.series) AS walks,
        count(DISTINCT (w.series, d.starts)) FILTER (
            c.series IS NOT NULL
            AND NOT EXISTS (
                SELECT 1
                FROM core.open_gap AS g
                WHERE g.series = w.series
                    AND coalesce(g.gap_from, TIMESTAMP '-infinity') < d.ends
                    AND g.gap_to > d.starts
            )
        ) AS walk_days
    FROM walk AS w
    CROSS JOIN whole_day AS d
    LEFT JOIN covered_window AS c
        ON c.series = w.series AND c.starts <= d.starts AND c.ends >= d.ends
    GROUP BY w.watch, w.source
),

missing AS (
    SELECT watch, source, count(*) AS gaps, nullif(min(coalesce(gap_from, TIMESTAMP '-infinity')), TIMESTAMP '-infinity') AS oldest
    FROM core.open_gap
    GROUP BY watch, source
),

spoken AS (
    SELECT
        b.watch,
        s.source,
        max(s.newest) AS newest,
        sum(s.exposures) FILTER (s.day > m.as_of::DATE - 28) AS mentions,
        sum(s.scored) FILTER (s.day > m.as_of::DATE - 28) AS scored
    FROM core.source_day AS s
    JOIN core.brand AS b ON b.brand = s.brand
    CROSS JOIN moment AS m
    GROUP BY b.watch, s.source
),

counted AS (
    SELECT
        d.watch,
        d.source,
        greatest(s.newest, w.newest) AS newest_published,
        l.last_collected,
        w.last_success,
        w.last_stopped_by,
        coalesce(k.walks, 0) AS walks,
        k.walk_days / (28 * k.walks) AS coverage,
        coalesce(g.gaps, 0) AS open_gaps,
        g.oldest AS oldest_gap,
        coalesce(l.batches, 0) AS batches_28,
        coalesce(l.rows_in, 0)::BIGINT AS rows_in_28,
        coalesce(l.new, 0)::BIGINT AS new_28,
        coalesce(l.changed, 0)::BIGINT AS changed_28,
        coalesce(l.duplicate, 0)::BIGINT AS duplicate_28,
        coalesce(l.quarantined, 0)::BIGINT AS quarantined_28,
        coalesce(h.held, 0) AS held,
        coalesce(l.gone, 0)::BIGINT AS disappeared_28,
        coalesce(s.mentions, 0)::BIGINT AS mentions_28,
        coalesce(s.scored, 0)::BIGINT AS scored_28
    FROM declared AS d
    LEFT JOIN walked AS w ON w.watch = d.watch AND w.source = d.source
    LEFT JOIN loaded AS l ON l.watch = d.watch AND l.source = d.source
    LEFT JOIN held AS h ON h.watch = d.watch AND h.source = d.source
    LEFT JOIN kept AS k ON k.watch = d.watch AND k.source = d.source
    LEFT JOIN missing AS g ON g.watch = d.watch AND g.source = d.source
    LEFT JOIN spoken AS s ON s.watch = d.watch AND s.source = d.source
)

SELECT
    *,
    duplicate_28 / nullif(rows_in_28, 0) AS duplicate_share,
    quarantined_28 / nullif(rows_in_28, 0) AS quarantine_share,
    scored_28 / nullif(mentions_28, 0) AS scored_share
FROM counted
