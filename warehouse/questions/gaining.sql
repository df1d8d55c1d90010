-- Are we gaining on a competitor? Each figure of both on the last day and some days before; gap is
-- ours less theirs, gaining is whether it grew. NULL: too few to tell.
-- Net sentiment is of all mentions of these days and of as many days before them; share of voice is
-- of 28 days, among the brands of the watch file that compares the two.
-- $brand: The brand; all own ones if none is named.
-- $against: The competitor; all if none is named.
-- $days = 28: How many days to look back.
WITH last AS (
    SELECT brand, max(day) AS day
    FROM marts.brand_reputation_daily
    GROUP BY brand
),

-- A competitor in one watch file may be the own brand of another. A brand's rivals are those of the
-- watch files whose own brand it is, if there is one.
rivals AS (
    SELECT b.brand, o.brand AS against, b.watch, b.own
    FROM core.brand AS b
    JOIN core.brand AS o ON o.watch = b.watch AND o.brand <> b.brand
    WHERE (b.brand = $brand OR ($brand IS NULL AND b.own))
        AND (o.brand = $against OR ($against IS NULL AND NOT o.own))
    QUALIFY $against IS NOT NULL OR b.own OR NOT bool_or(b.own) OVER (PARTITION BY b.brand)
),

pair AS (
    SELECT brand, against, arg_min(watch, (NOT own, watch)) AS watch
    FROM rivals
    GROUP BY brand, against
),

summed AS (
    SELECT
        m.brand,
        m.day > l.day - $days::INTEGER AS now,
        (sum(m.positive) - sum(m.negative)) / nullif(sum(m.scored), 0) AS net_sentiment,
        sum(m.scored) AS scored
    FROM marts.brand_reputation_daily AS m
    JOIN last AS l ON l.brand = m.brand AND m.day > l.day - 2 * $days::INTEGER
    GROUP BY ALL
),

told AS (
    SELECT
        m.brand,
        m.day = l.day AS now,
        m.score,
        m.rating_bayes AS rating,
        m.answered_in_target,
        CASE WHEN s.scored >= least_n.n THEN s.net_sentiment END AS net_sentiment
    FROM marts.brand_reputation_daily AS m
    JOIN last AS l ON l.brand = m.brand AND m.day IN (l.day, l.day - $days::INTEGER)
    JOIN summed AS s ON s.brand = m.brand AND s.now = (m.day = l.day)
    CROSS JOIN (SELECT n FROM core.minimum WHERE figure = 'net_sentiment') AS least_n
),

-- watch: the one that a figure is of; NULL: the same in all.
figure AS (
    SELECT NULL AS watch, brand, now, figure, value
    FROM told UNPIVOT INCLUDE NULLS (
        value FOR figure IN (score, net_sentiment, rating, answered_in_target)
    )
    UNION ALL
    SELECT v.watch, v.brand, v.day = l.day, 'share_of_voice', v.share_of_voice_28
    FROM marts.share_of_voice_daily AS v
    JOIN last AS l ON l.brand = v.brand AND v.day IN (l.day, l.day - $days::INTEGER)
    WHERE v.source = ''
),

wide AS (
    SELECT
        watch,
        brand,
        figure,
        max(value) FILTER (NOT now) AS before,
        max(value) FILTER (now) AS now
    FROM figure
    GROUP BY watch, brand, figure
)

SELECT
    u.brand,
    t.brand AS against,
    u.figure,
    u.before AS ours_before,
    u.now AS ours,
    t.before AS theirs_before,
    t.now AS theirs,
    u.before - t.before AS gap_before,
    u.now - t.now AS gap,
    u.now - t.now > u.before - t.before AS gaining
FROM pair AS p
JOIN wide AS u ON u.brand = p.brand AND coalesce(u.watch, p.watch) = p.watch
JOIN wide AS t
    ON t.brand = p.against AND t.figure = u.figure AND t.watch IS NOT DISTINCT FROM u.watch
ORDER BY u.brand, t.brand, u.figure <> 'score', u.figure
