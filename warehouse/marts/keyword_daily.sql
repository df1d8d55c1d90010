-- The due rows of marts.keyword_daily, of the parts in parts/.
-- definition: 2
-- key: brand, keyword, day
WITH declared AS (SELECT DISTINCT brand, keyword FROM core.keyword_day),

told AS (SELECT DISTINCT brand, keyword FROM core.keyword_daily WHERE known_to IS NULL),

-- A keyword that is hit for the first time has rows of all days, though few of them are due.
wanted AS (
    SELECT p.brand, k.keyword, p.day
    FROM declared AS k
    SEMI JOIN told AS t ON t.brand = k.brand AND t.keyword = k.keyword
    JOIN keyword_due AS p ON p.brand = k.brand
    UNION ALL
    SELECT p.brand, k.keyword, p.day
    FROM declared AS k
    ANTI JOIN told AS t ON t.brand = k.brand AND t.keyword = k.keyword
    JOIN spine AS p ON p.brand = k.brand
),

-- The 7 days up to and with each, and the 28 before those. From what was said forward: of most days of
-- most keywords nothing was.
looked_back AS (
    SELECT
        p.brand,
        p.keyword,
        p.day,
        sum(d.mentions) FILTER (p.day - d.day < 7) AS mentions_7,
        sum(d.mentions) FILTER (p.day - d.day >= 7) AS baseline_28
    FROM (
        SELECT *, unnest(range(35))::INTEGER AS days
        FROM core.keyword_day
        WHERE mentions > 0 AND day >= (SELECT min(day) - 34 FROM wanted)
    ) AS d
    JOIN wanted AS p ON p.brand = d.brand AND p.keyword = d.keyword AND p.day = d.day + d.days
    GROUP BY p.brand, p.keyword, p.day
),

first_day AS (SELECT brand, min(day) AS day FROM spine GROUP BY brand),

counted AS (
    SELECT
        p.day,
        p.brand,
        p.keyword,
        c.coverage,
        coalesce(d.mentions, 0) AS mentions,
        coalesce(d.exposures, 0) AS exposures,
        coalesce(d.hits, 0) AS hits,
        coalesce(d.positive + d.neutral + d.negative, 0) AS scored,
        coalesce(d.positive, 0) AS positive,
        coalesce(d.neutral, 0) AS neutral,
        coalesce(d.negative, 0) AS negative,
        coalesce(b.mentions_7, 0)::BIGINT AS mentions_7,
        CASE WHEN p.day >= f.day + 34 THEN coalesce(b.baseline_28, 0)::BIGINT END AS baseline_28
    FROM wanted AS p
    JOIN first_day AS f ON f.brand = p.brand
    LEFT JOIN looked_back AS b
        ON b.brand = p.brand AND b.keyword = p.keyword AND b.day = p.day
    JOIN covered AS c ON c.brand = p.brand AND c.day = p.day
    LEFT JOIN core.keyword_day AS d
        ON d.brand = p.brand AND d.keyword = p.keyword AND d.day = p.day
)

SELECT
    n.*,
    n.scored / nullif(n.mentions, 0) AS scored_share,
    CASE WHEN scored >= l.net_sentiment THEN (positive - negative) / scored END AS net_sentiment,
    CASE WHEN scored >= l.net_sentiment THEN core.net_low(positive, negative, scored) END
        AS net_sentiment_low,
    CASE WHEN scored >= l.net_sentiment THEN core.net_high(positive, negative, scored) END
        AS net_sentiment_high,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN (positive - negative) / (positive + negative)
    END AS net_sentiment_polar,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN 2 * core.wilson_low(positive, positive + negative) - 1
    END AS net_sentiment_polar_low,
    CASE
        WHEN positive + negative >= l.net_sentiment_polar
            THEN 2 * core.wilson_high(positive, positive + negative) - 1
    END AS net_sentiment_polar_high,
    CASE WHEN scored >= l.negative_share THEN negative / scored END AS negative_share,
    CASE WHEN scored >= l.negative_share THEN core.wilson_low(negative, scored) END
        AS negative_share_low,
    CASE WHEN scored >= l.negative_share THEN core.wilson_high(negative, scored) END
        AS negative_share_high,
    n.baseline_28 / 28 AS baseline_daily,
    CASE
        WHEN n.baseline_28 >= l.keyword_trend THEN 4 * n.mentions_7 / n.baseline_28
    END AS trend,
    CASE
        WHEN n.baseline_28 >= l.keyword_trend
            THEN 4 * core.odds(core.wilson_low(n.mentions_7, n.mentions_7 + n.baseline_28))
    END AS trend_low,
    CASE
        WHEN n.baseline_28 >= l.keyword_trend
            THEN 4 * core.odds(core.wilson_high(n.mentions_7, n.mentions_7 + n.baseline_28))
    END AS trend_high
FROM counted AS n, at_least AS l
