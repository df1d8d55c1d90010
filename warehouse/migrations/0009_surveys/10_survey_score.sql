-- NPS, CSAT and CES of each brand, segment and period that has answers. Every answer counts. A figure
-- from too few (core.minimum) is NULL, never 0. Intervals are of 95 %. Days are the brand's own.
CREATE VIEW core.survey_score (
    brand, -- The brand.
    segment, -- Name of an attribute of the respondents, e.g. plan; empty: all answers.
    segment_value, -- Its value, e.g. pro; empty: all answers.
    measure, -- nps, csat or ces.
    period, -- day, week (from Monday) or month.
    starts, -- First day of the period.
    scale_min, -- Lowest value of the scale; NULL: answers on several scales are told together (csat).
    scale_max, -- Highest value of the scale, likewise.
    direction, -- ces: high_is_easy or high_is_effort; NULL where the survey does not say.
    n, -- Answers.
    value, -- nps: -100..100; csat: 0..1, the share of the satisfied; ces: mean on scale_min..scale_max.
    low, -- Lower end of the interval of value.
    high, -- Upper end of it.
    promoters, -- nps: answers of 9 and 10; NULL for others.
    passives, -- nps: answers of 7 and 8; NULL for others.
    detractors, -- nps: answers of 0 to 6; NULL for others.
    nps_standard_error, -- nps: 100 * sqrt((p + d - (p - d)^2) / n), p and d shares; NULL for others.
    satisfied, -- csat: the top two of 1..5, the top three of 1..7, the good of 0..1; NULL for others.
    csat_mean, -- csat: mean of the answers scaled to 0..1; NULL for others.
    csat_mean_low, -- Lower end of its interval.
    csat_mean_high -- Upper end of it.
) AS
WITH segmented AS (
    SELECT
        a.*,
        unnest(list_concat([{'key': '', 'value': ''}], map_entries(a.segments))) AS segment
    FROM core.survey_answer AS a
    WHERE a.counts
),

daily AS (
    SELECT
        brand,
        segment.key AS segment,
        segment.value AS segment_value,
        measure,
        scale_min,
        scale_max,
        direction,
        day,
        count(*) AS n,
        count(*) FILTER (class = 'promoter') AS promoters,
        count(*) FILTER (class = 'passive') AS passives,
        count(*) FILTER (class = 'detractor') AS detractors,
        count(*) FILTER (class = 'satisfied') AS satisfied,
        sum(round(share * 1e9)::BIGINT) AS nanos
    FROM segmented
    GROUP BY ALL
),

counted AS (
    SELECT
        d.brand,
        d.segment,
        d.segment_value,
        d.measure,
        p.period,
        date_trunc(p.period, d.day)::DATE AS starts,
        CASE WHEN min(d.scale_min) = max(d.scale_min) THEN min(d.scale_min) END AS scale_min,
        CASE WHEN min(d.scale_max) = max(d.scale_max) THEN min(d.scale_max) END AS scale_max,
        d.direction,
        sum(d.n) AS n,
        sum(d.promoters) AS promoters,
        sum(d.passives) AS passives,
        sum(d.detractors) AS detractors,
        sum(d.satisfied) AS satisfied,
        sum(d.nanos) / 1e9 AS total
    FROM daily AS d, (VALUES ('day'), ('week'), ('month')) AS p (period)
    GROUP BY
        d.brand,
        d.segment,
        d.segment_value,
        d.measure,
        p.period,
        date_trunc(p.period, d.day)::DATE,
        CASE WHEN d.measure = 'ces' THEN d.scale_min END,
        CASE WHEN d.measure = 'ces' THEN d.scale_max END,
        d.direction
),

shown AS (
    SELECT
        c.*,
        c.n >= (SELECT max(l.n) FROM core.minimum AS l WHERE l.figure = c.measure) AS shows,
        c.n >= (SELECT max(l.n) FROM core.minimum AS l WHERE l.figure = 'csat_mean') AS shows_mean
    FROM counted AS c
)

SELECT
    brand,
    segment,
    segment_value,
    measure,
    period,
    starts,
    CASE WHEN scale_max IS NOT NULL THEN scale_min END,
    CASE WHEN scale_min IS NOT NULL THEN scale_max END,
    direction,
    n::BIGINT,
    CASE
        WHEN NOT shows THEN NULL
        WHEN measure = 'nps' THEN 100 * (promoters - detractors) / n
        WHEN measure = 'csat' THEN satisfied / n
        ELSE scale_min + (scale_max - scale_min) * total / n
    END,
    CASE
        WHEN NOT shows THEN NULL
        WHEN measure = 'nps' THEN 100 * core.net_low(promoters, detractors, n)
        WHEN measure = 'csat' THEN core.wilson_low(satisfied, n)
        ELSE scale_min + (scale_max - scale_min) * core.wilson_low(total, n)
    END,
    CASE
        WHEN NOT shows THEN NULL
        WHEN measure = 'nps' THEN 100 * core.net_high(promoters, detractors, n)
        WHEN measure = 'csat' THEN core.wilson_high(satisfied, n)
        ELSE scale_min + (scale_max - scale_min) * core.wilson_high(total, n)
    END,
    CASE WHEN measure = 'nps' THEN promoters::BIGINT END,
    CASE WHEN measure = 'nps' THEN passives::BIGINT END,
    CASE WHEN measure = 'nps' THEN detractors::BIGINT END,
    CASE
        WHEN shows AND measure = 'nps'
            THEN 100 * sqrt(
                ((promoters + detractors) / n - ((promoters - detractors) / n) ^ 2) / n
            )
    END,
    CASE WHEN measure = 'csat' THEN satisfied::BIGINT END,
    CASE WHEN shows_mean AND measure = 'csat' THEN total / n END,
    CASE WHEN shows_mean AND measure = 'csat' THEN core.wilson_low(total, n) END,
    CASE WHEN shows_mean AND measure = 'csat' THEN core.wilson_high(total, n) END
FROM shown
