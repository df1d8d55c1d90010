-- A brand by language that the scorer relied on ('': none, the text has no score): over a period (starts is NULL), over as many days
-- before it (now is false), and by step of the period.
WITH said AS (
    SELECT
        coalesce(score_language, '') AS part,
        day >= $first AS now,
        date_trunc($step, day)::DATE AS starts,
        first_copy,
        label
    FROM core.said
    WHERE brand = $brand
        AND day BETWEEN $first::DATE - ($last::DATE - $first::DATE + 1)::INTEGER AND $last
),

counted AS (
    SELECT
        part,
        now,
        starts,
        count(*) FILTER (first_copy) AS mentions,
        count(*) AS exposures,
        count(*) FILTER (first_copy AND label <> 'unscored') AS scored,
        count(*) FILTER (first_copy AND label = 'positive') AS positive,
        count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
        count(*) FILTER (first_copy AND label = 'negative') AS negative
    FROM said
    GROUP BY GROUPING SETS ((part, now), (part, now, starts))
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
        max(n) FILTER (figure = 'net_sentiment') AS net,
        max(n) FILTER (figure = 'negative_share') AS share
    FROM core.minimum
) AS l
WHERE c.now OR c.starts IS NULL
ORDER BY c.part, c.now, c.starts
