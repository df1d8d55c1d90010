-- What surveys told of a brand in a period: of all answers (segment_value is ''), and by each value of
-- an attribute of the respondents. Formulas and least numbers as in marts.survey_scores.
WITH answered AS (
    SELECT
        a.measure,
        CASE WHEN a.measure = 'ces' THEN a.scale_min END AS ces_min,
        CASE WHEN a.measure = 'ces' THEN a.scale_max END AS ces_max,
        a.direction,
        a.class,
        round(a.share * 1e9)::BIGINT AS nanos,
        unnest(list_distinct(['', coalesce(a.segments[$segment], '')])) AS segment_value
    FROM core.survey_answer AS a
    WHERE a.brand = $brand AND a.day BETWEEN $first AND $last AND a.counts
),

counted AS (
    SELECT
        measure,
        direction,
        ces_min,
        ces_max,
        segment_value,
        count(*) AS n,
        count(*) FILTER (class = 'promoter') AS promoters,
        count(*) FILTER (class = 'passive') AS passives,
        count(*) FILTER (class = 'detractor') AS detractors,
        count(*) FILTER (class = 'satisfied') AS satisfied,
        sum(nanos) / 1e9 AS total
    FROM answered
    GROUP BY ALL
),

heard AS (
    SELECT min(coverage) AS coverage
    FROM marts.brand_reputation_daily
    WHERE brand = $brand
        AND day BETWEEN $first AND $last
        -- the running day can't have been collected to its end
        AND day < $newest
)

SELECT
    c.measure,
    c.direction,
    c.ces_min AS scale_min,
    c.ces_max AS scale_max,
    c.segment_value,
    c.n,
    c.promoters,
    c.passives,
    c.detractors,
    c.satisfied,
    CASE
        WHEN c.n < l.n THEN NULL
        WHEN c.measure = 'nps' THEN 100 * (c.promoters - c.detractors) / c.n
        WHEN c.measure = 'csat' THEN c.satisfied / c.n
        ELSE c.ces_min + (c.ces_max - c.ces_min) * c.total / c.n
    END AS value,
    CASE
        WHEN c.n < l.n THEN NULL
        WHEN c.measure = 'nps' THEN 100 * core.net_low(c.promoters, c.detractors, c.n)
        WHEN c.measure = 'csat' THEN core.wilson_low(c.satisfied, c.n)
        ELSE c.ces_min + (c.ces_max - c.ces_min) * core.wilson_low(c.total, c.n)
    END AS low,
    CASE
        WHEN c.n < l.n THEN NULL
        WHEN c.measure = 'nps' THEN 100 * core.net_high(c.promoters, c.detractors, c.n)
        WHEN c.measure = 'csat' THEN core.wilson_high(c.satisfied, c.n)
        ELSE c.ces_min + (c.ces_max - c.ces_min) * core.wilson_high(c.total, c.n)
    END AS high,
    h.coverage
FROM counted AS c
JOIN core.minimum AS l ON l.figure = c.measure
CROSS JOIN heard AS h
ORDER BY c.measure, c.direction, c.ces_min, c.ces_max, c.segment_value <> '', c.n DESC, c.segment_value
