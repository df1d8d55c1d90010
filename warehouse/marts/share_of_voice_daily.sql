-- The due rows of marts.share_of_voice_daily, of core.watch_day.
-- definition: 2
-- key: watch, brand, source, day
WITH daily AS (
    SELECT *
    FROM core.watch_day
    WHERE day BETWEEN (SELECT min(day) - 27 FROM watch_due) AND (SELECT max(day) FROM watch_due)
),

spoken AS (
    SELECT watch, brand, source, day, mentions
    FROM daily
    UNION ALL
    SELECT watch, brand, '', day, sum(mentions)
    FROM daily
    GROUP BY watch, brand, day
),

together AS (
    SELECT watch, source, day, sum(mentions) AS mentions
    FROM spoken
    GROUP BY watch, source, day
),

own AS (
    SELECT
        p.watch,
        p.day,
        s.brand,
        s.source,
        sum(s.mentions) FILTER (s.day = p.day) AS mentions,
        sum(s.mentions) AS mentions_28
    FROM watch_due AS p
    JOIN spoken AS s ON s.watch = p.watch AND s.day BETWEEN p.day - 27 AND p.day
    GROUP BY p.watch, p.day, s.brand, s.source
),

every AS (
    SELECT
        p.watch,
        p.day,
        t.source,
        sum(t.mentions) FILTER (t.day = p.day) AS of_all,
        sum(t.mentions) AS of_all_28
    FROM watch_due AS p
    JOIN together AS t ON t.watch = p.watch AND t.day BETWEEN p.day - 27 AND p.day
    GROUP BY p.watch, p.day, t.source
),

wanted AS (
    SELECT watch, day, source
    FROM every
    UNION
    SELECT watch, day, ''
    FROM watch_due
),

compared AS (SELECT watch FROM core.brand GROUP BY watch HAVING count(*) > 1),

counted AS (
    SELECT
        w.day,
        w.watch,
        b.brand,
        w.source,
        b.own,
        k.coverage,
        coalesce(o.mentions, 0)::BIGINT AS mentions,
        coalesce(e.of_all, 0)::BIGINT AS of_all,
        coalesce(o.mentions_28, 0)::BIGINT AS mentions_28,
        coalesce(e.of_all_28, 0)::BIGINT AS of_all_28
    FROM wanted AS w
    SEMI JOIN compared AS c ON c.watch = w.watch
    JOIN core.brand AS b ON b.watch = w.watch
    JOIN compared_day AS k ON k.watch = w.watch AND k.day = w.day
    LEFT JOIN own AS o
        ON o.watch = w.watch AND o.day = w.day AND o.source = w.source AND o.brand = b.brand
    LEFT JOIN every AS e ON e.watch = w.watch AND e.day = w.day AND e.source = w.source
)

SELECT
    n.*,
    CASE WHEN of_all >= l.share_of_voice THEN mentions / of_all END AS share_of_voice,
    CASE WHEN of_all >= l.share_of_voice THEN core.wilson_low(mentions, of_all) END
        AS share_of_voice_low,
    CASE WHEN of_all >= l.share_of_voice THEN core.wilson_high(mentions, of_all) END
        AS share_of_voice_high,
    CASE WHEN of_all_28 >= l.share_of_voice THEN mentions_28 / of_all_28 END
        AS share_of_voice_28,
    CASE WHEN of_all_28 >= l.share_of_voice THEN core.wilson_low(mentions_28, of_all_28) END
        AS share_of_voice_28_low,
    CASE WHEN of_all_28 >= l.share_of_voice THEN core.wilson_high(mentions_28, of_all_28) END
        AS share_of_voice_28_high
FROM counted AS n, at_least AS l
