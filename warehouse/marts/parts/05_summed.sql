-- Sums of each due day, and of the 28, 90 and 365 days up to and with it (_28, _90, _365). A review's
-- weight halves every 30 days; weights are in 1e-9, so that sums are the same in any order. Only reviews
-- are looked for 365 days back.
CREATE OR REPLACE TEMP TABLE summed AS
WITH halved AS (
    SELECT unnest(range(365))::INTEGER AS age, core.nano(0.5 ^ (age / 30)) AS weight
),

rated AS (
    SELECT brand, day, ratings, rated
    FROM core.brand_day
    WHERE ratings > 0
),

long AS (
    SELECT
        p.brand,
        p.day,
        sum(d.ratings)::BIGINT AS ratings_365,
        sum(d.ratings * h.weight)::HUGEINT / 1e9 AS weight_365,
        sum(d.rated * h.weight)::HUGEINT / 1e18 AS weighted_365
    FROM due AS p
    JOIN rated AS d ON d.brand = p.brand AND d.day BETWEEN p.day - 364 AND p.day
    JOIN halved AS h ON h.age = p.day - d.day
    GROUP BY p.brand, p.day
),

short AS (
    SELECT
        p.brand,
        p.day,
        sum(d.positive - d.negative)::BIGINT AS net_90,
        sum(d.positive + d.neutral + d.negative)::BIGINT AS scored_90,
        sum(d.asked) FILTER (p.day - d.day < 28)::BIGINT AS asked_28,
        sum(d.answered) FILTER (p.day - d.day < 28)::BIGINT AS answered_28,
        sum(d.timed) FILTER (p.day - d.day < 28)::BIGINT AS timed_28,
        sum(d.in_target) FILTER (p.day - d.day < 28)::BIGINT AS in_target_28,
        sum(d.nps) FILTER (p.day - d.day < 28)::BIGINT AS nps_28,
        sum(d.promoters) FILTER (p.day - d.day < 28)::BIGINT AS promoters_28,
        sum(d.detractors) FILTER (p.day - d.day < 28)::BIGINT AS detractors_28,
        sum(d.csat) FILTER (p.day - d.day < 28)::BIGINT AS csat_28,
        sum(d.satisfied) FILTER (p.day - d.day < 28)::BIGINT AS satisfied_28
    FROM due AS p
    JOIN core.brand_day AS d ON d.brand = p.brand AND d.day BETWEEN p.day - 89 AND p.day
    GROUP BY p.brand, p.day
)

SELECT
    p.brand,
    p.day,
    coalesce(d.exposures, 0)::BIGINT AS exposures,
    coalesce(d.mentions, 0)::BIGINT AS mentions,
    coalesce(d.positive, 0)::BIGINT AS positive,
    coalesce(d.neutral, 0)::BIGINT AS neutral,
    coalesce(d.negative, 0)::BIGINT AS negative,
    coalesce(s.net_90, 0) AS net_90,
    coalesce(s.scored_90, 0) AS scored_90,
    coalesce(d.ratings, 0)::BIGINT AS ratings,
    coalesce(d.rated, 0)::BIGINT / 1e9 AS rated,
    coalesce(l.ratings_365, 0) AS ratings_365,
    coalesce(l.weight_365, 0) AS weight_365,
    coalesce(l.weighted_365, 0) AS weighted_365,
    coalesce(s.asked_28, 0) AS asked_28,
    coalesce(s.answered_28, 0) AS answered_28,
    coalesce(s.timed_28, 0) AS timed_28,
    coalesce(s.in_target_28, 0) AS in_target_28,
    coalesce(s.nps_28, 0) AS nps_28,
    coalesce(s.promoters_28, 0) AS promoters_28,
    coalesce(s.detractors_28, 0) AS detractors_28,
    coalesce(s.csat_28, 0) AS csat_28,
    coalesce(s.satisfied_28, 0) AS satisfied_28
FROM due AS p
LEFT JOIN core.brand_day AS d ON d.brand = p.brand AND d.day = p.day
LEFT JOIN short AS s ON s.brand = p.brand AND s.day = p.day
LEFT JOIN long AS l ON l.brand = p.brand AND l.day = p.day
