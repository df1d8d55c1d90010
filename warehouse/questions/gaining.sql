-- Are we gaining on a competitor? Each figure of both on the last day and some days before; gap is
-- ours less theirs, gaining is whether it grew. NULL: too few to tell.
-- Net sentiment is of all mentions of these days and of as many days before them; share of voice is
-- of 28 days, as the score counts it.
-- $brand: The brand; all own ones if none is named.
-- $against: The competitor; all if none is named.
-- $days = 28: How many days to look back.
WITH last AS (
    SELECT brand, watch, own, max(day) AS day
    FROM marts.brand_reputation_daily
    GROUP BY brand, watch, own
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
        m.share_of_voice_28 AS share_of_voice,
        m.rating_bayes AS rating,
        m.answered_in_target,
        CASE WHEN s.scored >= least_n.n THEN s.net_sentiment END AS net_sentiment
    FROM marts.brand_reputation_daily AS m
    JOIN last AS l ON l.brand = m.brand AND m.day IN (l.day, l.day - $days::INTEGER)
    JOIN summed AS s ON s.brand = m.brand AND s.now = (m.day = l.day)
    CROSS JOIN (SELECT n FROM core.minimum WHERE figure = 'net_sentiment') AS least_n
),

figure AS (
    SELECT *
    FROM told UNPIVOT INCLUDE NULLS (
        value FOR figure IN (score, share_of_voice, net_sentiment, rating, answered_in_target)
    )
),

wide AS (
    SELECT
        brand,
        figure,
        max(value) FILTER (NOT now) AS before,
        max(value) FILTER (now) AS now
    FROM figure
    GROUP BY brand, figure
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
FROM last AS l
JOIN last AS c ON c.watch = l.watch AND c.brand <> l.brand
JOIN wide AS u ON u.brand = l.brand
JOIN wide AS t ON t.brand = c.brand AND t.figure = u.figure
WHERE (l.brand = $brand OR ($brand IS NULL AND l.own))
    AND (c.brand = $against OR ($against IS NULL AND NOT c.own))
ORDER BY u.brand, t.brand, u.figure <> 'score', u.figure
