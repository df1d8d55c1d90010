-- A brand by perception driver, surveys left out: over a period (starts is NULL), over as many days
-- before it (now is false), and by step of the period.
WITH counted AS (
    SELECT
        driver AS part,
        day >= $first AS now,
        date_trunc($step, day)::DATE AS starts,
        sum(mentions)::BIGINT AS mentions,
        sum(exposures)::BIGINT AS exposures,
        sum(scored)::BIGINT AS scored,
        sum(positive)::BIGINT AS positive,
        sum(neutral)::BIGINT AS neutral,
        sum(negative)::BIGINT AS negative
    FROM marts.brand_driver_daily
    WHERE brand = $brand
        AND day BETWEEN $first::DATE - ($last::DATE - $first::DATE + 1)::INTEGER AND $last
    GROUP BY GROUPING SETS ((driver, day >= $first), (driver, day >= $first, date_trunc($step, day)::DATE))
)

SELECT
    c.*,
    c.scored / nullif(c.mentions, 0) AS scored_share,
    CASE WHEN c.scored >= l.net THEN (c.positive - c.negative) / c.scored END AS net_sentiment,
    CASE WHEN c.scored >= l.net THEN core.net_low(c.positive, c.negative, c.scored) END AS net_sentiment_low,
    CASE WHEN c.scored >= l.net THEN core.net_high(c.positive, c.negative, c.scored) END AS net_sentiment_high,
    CASE WHEN c.scored >= l.share THEN c.negative / c.scored END AS negative_share,
    CASE WHEN c.scored >= l.share THEN core.wilson_low(c.negative, c.scored) END AS negative_share_low,
    CASE WHEN c.scored >= l.share THEN core.wilson_high(c.negative, c.scored) END AS negative_share_high
FROM counted AS c
CROSS JOIN (
    SELECT
        max(n) FILTER (figure = 'driver_net') AS net,
        max(n) FILTER (figure = 'negative_share') AS share
    FROM core.minimum
) AS l
WHERE (c.now OR c.starts IS NULL) AND c.mentions > 0
ORDER BY c.part, c.now, c.starts
