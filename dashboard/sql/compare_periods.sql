-- The figures of a brand over a period, over as many days before it, and over the same days a year
-- ago: one row a figure. change is now - then, with its interval (Zou and Donner 2008); of counts it
-- is the relative change, told only where every day of the earlier period is told of. A count of days
-- of which nothing was collected is NULL, not 0.
WITH span AS (
    SELECT
        unnest(['now', 'before', 'year']) AS span,
        unnest([
            $first::DATE,
            $first::DATE - ($last::DATE - $first::DATE + 1)::INTEGER,
            ($first::DATE - INTERVAL 1 YEAR)::DATE
        ]) AS first_day,
        ($last::DATE - $first::DATE)::INTEGER AS further
),

counted AS (
    SELECT
        s.span,
        s.further + 1 AS length,
        count(t.day) AS days,
        -- the running day can't have been collected to its end
        min(t.coverage) FILTER (t.day < $newest) AS coverage,
        max(t.coverage) > 0 OR sum(t.exposures) > 0 AS heard,
        max_by(t.score, t.day) AS score,
        coalesce(sum(d.mentions), 0) AS mentions,
        coalesce(sum(d.exposures), 0) AS exposures,
        coalesce(sum(d.positive), 0) AS positive,
        coalesce(sum(d.negative), 0) AS negative,
        coalesce(sum(d.positive + d.neutral + d.negative), 0) AS scored,
        coalesce(sum(d.ratings), 0) AS ratings,
        coalesce(sum(d.rated), 0) / 1e9 AS rated,
        coalesce(sum(d.asked), 0) AS asked,
        coalesce(sum(d.answered), 0) AS answered,
        coalesce(sum(d.timed), 0) AS timed,
        coalesce(sum(d.in_target), 0) AS in_target,
        coalesce(sum(d.nps), 0) AS nps,
        coalesce(sum(d.promoters), 0) AS promoters,
        coalesce(sum(d.detractors), 0) AS detractors,
        coalesce(sum(d.csat), 0) AS csat,
        coalesce(sum(d.satisfied), 0) AS satisfied,
        coalesce(sum(v.mentions), 0) AS voice,
        coalesce(sum(v.of_all), 0) AS of_all
    FROM span AS s
    LEFT JOIN marts.brand_reputation_daily AS t
        ON t.brand = $brand AND t.day BETWEEN s.first_day AND s.first_day + s.further
    LEFT JOIN core.brand_day AS d ON d.brand = t.brand AND d.day = t.day
    LEFT JOIN marts.share_of_voice_daily AS v
        ON v.watch = t.watch AND v.brand = t.brand AND v.day = t.day AND v.source = ''
    GROUP BY s.span, s.further
),

at_least AS (
    SELECT map_from_entries(list((figure, n))) AS n FROM core.minimum
),

long AS (
    SELECT
        span,
        days,
        length,
        coverage,
        heard,
        unnest([
            {place: 1, figure: 'score', count: false, value: score, low: NULL, high: NULL, n: NULL, least: 0},
            {place: 2, figure: 'mentions', count: true, value: mentions, low: NULL, high: NULL, n: NULL, least: 0},
            {place: 3, figure: 'exposures', count: true, value: exposures, low: NULL, high: NULL, n: NULL, least: 0},
            {place: 4, figure: 'net_sentiment', count: false, value: (positive - negative) / nullif(scored, 0),
                low: core.net_low(positive, negative, scored), high: core.net_high(positive, negative, scored),
                n: scored, least: l.n['net_sentiment']},
            {place: 5, figure: 'negative_share', count: false, value: negative / nullif(scored, 0),
                low: core.wilson_low(negative, scored), high: core.wilson_high(negative, scored),
                n: scored, least: l.n['negative_share']},
            {place: 6, figure: 'share_of_voice_period', count: false, value: voice / nullif(of_all, 0),
                low: core.wilson_low(voice, of_all), high: core.wilson_high(voice, of_all),
                n: of_all, least: l.n['share_of_voice']},
            {place: 7, figure: 'rating_mean', count: false, value: rated / nullif(ratings, 0),
                low: core.wilson_low(rated, ratings), high: core.wilson_high(rated, ratings),
                n: ratings, least: l.n['rating_mean']},
            {place: 8, figure: 'response_rate', count: false, value: answered / nullif(asked, 0),
                low: core.wilson_low(answered, asked), high: core.wilson_high(answered, asked),
                n: asked, least: l.n['response_rate']},
            {place: 9, figure: 'answered_in_target_period', count: false, value: in_target / nullif(timed, 0),
                low: core.wilson_low(in_target, timed), high: core.wilson_high(in_target, timed),
                n: timed, least: l.n['answered_in_target']},
            {place: 10, figure: 'nps', count: false, value: 100 * (promoters - detractors) / nullif(nps, 0),
                low: 100 * core.net_low(promoters, detractors, nps), high: 100 * core.net_high(promoters, detractors, nps),
                n: nps, least: l.n['nps']},
            {place: 11, figure: 'csat', count: false, value: satisfied / nullif(csat, 0),
                low: core.wilson_low(satisfied, csat), high: core.wilson_high(satisfied, csat),
                n: csat, least: l.n['csat']}
        ], recursive := true)
    FROM counted AS c
    CROSS JOIN at_least AS l
),

shown AS (
    SELECT
        * EXCLUDE (value, low, high, least),
        CASE
            WHEN days > 0
                AND coalesce(n, least) >= least
                AND (NOT count OR (heard AND (span = 'now' OR days = length)))
                THEN value
        END AS value,
        CASE WHEN days > 0 AND n >= least THEN low END AS low,
        CASE WHEN days > 0 AND n >= least THEN high END AS high
    FROM long
)

SELECT
    a.figure,
    a.count,
    a.value,
    a.low,
    a.high,
    a.n,
    a.days,
    a.length,
    a.coverage,
    t.span AS against,
    t.value AS then_value,
    t.low AS then_low,
    t.high AS then_high,
    t.n AS then_n,
    t.days AS then_days,
    t.coverage AS then_coverage,
    CASE
        WHEN a.count AND a.days = a.length AND t.value > 0 THEN a.value / t.value - 1
        WHEN NOT a.count THEN a.value - t.value
    END AS change,
    CASE WHEN NOT a.count THEN core.difference_low(a.value, a.low, t.value, t.high) END AS change_low,
    CASE WHEN NOT a.count THEN core.difference_high(a.value, a.high, t.value, t.low) END AS change_high
FROM shown AS a
JOIN shown AS t ON t.figure = a.figure AND t.span <> 'now'
WHERE a.span = 'now'
ORDER BY a.place, t.span
