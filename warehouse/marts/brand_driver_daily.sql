-- The due rows of marts.brand_driver_daily: of each brand and day, the drivers that the public spoke of
-- in the 28 days up to and with it.
-- definition: 1
-- key: brand, driver, day
WITH sums AS (
    SELECT
        p.brand,
        d.driver,
        p.day,
        coalesce(sum(d.mentions) FILTER (d.day = p.day), 0)::BIGINT AS mentions,
        coalesce(sum(d.exposures) FILTER (d.day = p.day), 0)::BIGINT AS exposures,
        coalesce(sum(d.positive) FILTER (d.day = p.day), 0)::BIGINT AS positive,
        coalesce(sum(d.neutral) FILTER (d.day = p.day), 0)::BIGINT AS neutral,
        coalesce(sum(d.negative) FILTER (d.day = p.day), 0)::BIGINT AS negative,
        sum(d.mentions)::BIGINT AS mentions_28,
        sum(d.exposures)::BIGINT AS exposures_28,
        sum(d.positive)::BIGINT AS positive_28,
        sum(d.neutral)::BIGINT AS neutral_28,
        sum(d.negative)::BIGINT AS negative_28
    FROM due AS p
    JOIN core.driver_day AS d ON d.brand = p.brand AND d.day BETWEEN p.day - 27 AND p.day
    WHERE p.near AND NOT d.survey
    GROUP BY p.brand, d.driver, p.day
),

-- driver is NULL for all of the brand's mentions.
share AS (
    SELECT
        p.brand,
        s.driver,
        p.day,
        coalesce(sum(s.scored) FILTER (s.day = p.day), 0)::BIGINT AS scored,
        sum(s.scored)::BIGINT AS scored_28
    FROM due AS p
    JOIN core.scored_day AS s ON s.brand = p.brand AND s.day BETWEEN p.day - 27 AND p.day
    WHERE p.near AND NOT s.survey
    GROUP BY p.brand, s.driver, p.day
),

counted AS (
    SELECT
        p.*,
        p.positive + p.neutral + p.negative AS scored,
        p.positive_28 + p.neutral_28 + p.negative_28 AS scored_28,
        coalesce(b.scored, 0) AS n_driver_share,
        coalesce(b.scored_28, 0) AS n_driver_share_28,
        coalesce(w.scored, 0) AS with_driver,
        coalesce(w.scored_28, 0) AS with_driver_28
    FROM sums AS p
    LEFT JOIN share AS b ON b.brand = p.brand AND b.day = p.day AND b.driver IS NULL
    LEFT JOIN share AS w ON w.brand = p.brand AND w.day = p.day AND w.driver = p.driver
)

SELECT
    n.day,
    n.brand,
    n.driver,
    c.coverage,
    mentions,
    exposures,
    scored,
    scored / nullif(mentions, 0) AS scored_share,
    positive,
    neutral,
    negative,
    n_driver_share,
    with_driver,
    CASE WHEN n_driver_share >= l.driver_share THEN with_driver / n_driver_share END
        AS driver_share,
    CASE WHEN n_driver_share >= l.driver_share THEN core.wilson_low(with_driver, n_driver_share) END
        AS driver_share_low,
    CASE
        WHEN n_driver_share >= l.driver_share
            THEN core.wilson_high(with_driver, n_driver_share)
    END AS driver_share_high,
    CASE WHEN scored >= l.driver_net THEN (positive - negative) / scored END AS driver_net,
    CASE WHEN scored >= l.driver_net THEN core.net_low(positive, negative, scored) END
        AS driver_net_low,
    CASE WHEN scored >= l.driver_net THEN core.net_high(positive, negative, scored) END
        AS driver_net_high,
    CASE WHEN scored >= l.negative_share THEN negative / scored END AS negative_share,
    CASE WHEN scored >= l.negative_share THEN core.wilson_low(negative, scored) END
        AS negative_share_low,
    CASE WHEN scored >= l.negative_share THEN core.wilson_high(negative, scored) END
        AS negative_share_high,
    mentions_28,
    exposures_28,
    scored_28,
    scored_28 / nullif(mentions_28, 0) AS scored_share_28,
    positive_28,
    neutral_28,
    negative_28,
    n_driver_share_28,
    with_driver_28,
    CASE WHEN n_driver_share_28 >= l.driver_share THEN with_driver_28 / n_driver_share_28 END
        AS driver_share_28,
    CASE
        WHEN n_driver_share_28 >= l.driver_share
            THEN core.wilson_low(with_driver_28, n_driver_share_28)
    END AS driver_share_28_low,
    CASE
        WHEN n_driver_share_28 >= l.driver_share
            THEN core.wilson_high(with_driver_28, n_driver_share_28)
    END AS driver_share_28_high,
    CASE WHEN scored_28 >= l.driver_net THEN (positive_28 - negative_28) / scored_28 END
        AS driver_net_28,
    CASE WHEN scored_28 >= l.driver_net THEN core.net_low(positive_28, negative_28, scored_28) END
        AS driver_net_28_low,
    CASE WHEN scored_28 >= l.driver_net THEN core.net_high(positive_28, negative_28, scored_28) END
        AS driver_net_28_high,
    CASE WHEN scored_28 >= l.negative_share THEN negative_28 / scored_28 END AS negative_share_28,
    CASE WHEN scored_28 >= l.negative_share THEN core.wilson_low(negative_28, scored_28) END
        AS negative_share_28_low,
    CASE WHEN scored_28 >= l.negative_share THEN core.wilson_high(negative_28, scored_28) END
        AS negative_share_28_high
FROM counted AS n
JOIN covered AS c ON c.brand = n.brand AND c.day = n.day
CROSS JOIN at_least AS l
