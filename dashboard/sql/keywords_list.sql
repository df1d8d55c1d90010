-- The keywords of a brand in a period: what was said, whether it was more than usual on the last day
-- that was collected, and how it was on each day.
-- chance: how likely so many or more fall into the 7 days if nothing has changed, each of all n mentions
-- of the 35 days with probability 1/5 (the conditional test of two rates, Przyborowski and Wilenski
-- 1940). By it a keyword is rising, too, that was hardly ever said before, and so has no trend.
WITH told AS (
    SELECT
        *,
        CASE
            WHEN mentions_7 > 0 AND mentions_7 > baseline_28 / 4
                THEN list_sum([
                    exp(
                        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * ln(0.2) + (n - k) * ln(0.8)
                    ) FOR k IN range(mentions_7, n + 1)
                ])
        END AS chance,
        CASE
            WHEN trend_low > 1 OR chance < 0.01 THEN 'rising'
            WHEN trend_high < 1 THEN 'falling'
            WHEN trend IS NOT NULL THEN 'usual'
        END AS way
    FROM (
        SELECT *, mentions_7 + baseline_28 AS n
        FROM marts.keyword_daily
        WHERE brand = $brand
            AND day BETWEEN $first::DATE - ($last::DATE - $first::DATE + 1)::INTEGER AND $last
    )
),

summed AS (
    SELECT
        keyword,
        coalesce(sum(mentions) FILTER (day >= $first), 0)::BIGINT AS mentions,
        coalesce(sum(exposures) FILTER (day >= $first), 0)::BIGINT AS exposures,
        coalesce(sum(scored) FILTER (day >= $first), 0)::BIGINT AS scored,
        coalesce(sum(positive) FILTER (day >= $first), 0)::BIGINT AS positive,
        coalesce(sum(neutral) FILTER (day >= $first), 0)::BIGINT AS neutral,
        coalesce(sum(negative) FILTER (day >= $first), 0)::BIGINT AS negative,
        sum(mentions) FILTER (day < $first)::BIGINT AS mentions_before,
        -- the running day can't have been collected to its end
        min(coverage) FILTER (day >= $first AND day < $newest) AS coverage,
        count(*) FILTER (day >= $first AND way = 'rising') AS rose,
        max_by(day, mentions_7) FILTER (day >= $first AND way = 'rising') AS rose_most,
        list({day: day, mentions: mentions} ORDER BY day) FILTER (day >= $first) AS days
    FROM told
    GROUP BY keyword
),

-- The running day has been collected in part only: whole weeks up to the day before are compared.
newest AS (
    SELECT DISTINCT ON (keyword)
        keyword,
        day AS trend_day,
        mentions_7,
        baseline_28,
        baseline_daily,
        trend,
        trend_low,
        trend_high,
        chance,
        way
    FROM told
    WHERE day >= $first AND coverage > 0
    ORDER BY keyword, day DESC
)

SELECT
    s.*,
    CASE WHEN s.scored >= l.net THEN (s.positive - s.negative) / s.scored END AS net_sentiment,
    CASE WHEN s.scored >= l.net THEN core.net_low(s.positive, s.negative, s.scored) END AS net_sentiment_low,
    CASE WHEN s.scored >= l.net THEN core.net_high(s.positive, s.negative, s.scored) END AS net_sentiment_high,
    CASE WHEN s.scored >= l.share THEN s.negative / s.scored END AS negative_share,
    CASE WHEN s.scored >= l.share THEN core.wilson_low(s.negative, s.scored) END AS negative_share_low,
    CASE WHEN s.scored >= l.share THEN core.wilson_high(s.negative, s.scored) END AS negative_share_high,
    n.* EXCLUDE (keyword)
FROM summed AS s
LEFT JOIN newest AS n ON n.keyword = s.keyword
CROSS JOIN (
    SELECT
        max(n) FILTER (figure = 'net_sentiment') AS net,
        max(n) FILTER (figure = 'negative_share') AS share
    FROM core.minimum
) AS l
WHERE s.days IS NOT NULL
ORDER BY
    CASE n.way WHEN 'rising' THEN 1 WHEN 'falling' THEN 2 ELSE 3 END,
    CASE n.way WHEN 'rising' THEN n.chance WHEN 'falling' THEN n.trend_high END NULLS LAST,
    s.mentions DESC,
    s.keyword
