-- The parts of the reputation score, one row a brand and day: the value of each (NULL where there is no
-- data) and its effective weight (weight_...): of a brand's own set before the default set, rescaled.
-- Parts are columns and are added up in the order of their names: a sum of fractions depends on it in
-- its last bits, and rows to be grouped would be six a day.
CREATE OR REPLACE TEMP TABLE part AS
WITH survey AS (
    SELECT
        v.brand,
        v.day,
        CASE
            WHEN v.nps_28 >= l.nps
                THEN ((v.promoters_28 - v.detractors_28) / v.nps_28 + 1) / 2
        END AS nps,
        CASE WHEN v.csat_28 >= l.csat THEN v.satisfied_28 / v.csat_28 END AS csat
    FROM summed AS v, at_least AS l
),

looked AS (SELECT brand, min(looked_from) AS since FROM core.detector_run GROUP BY brand),

disturbed AS (
    SELECT DISTINCT p.brand, p.day
    FROM spine AS p
    JOIN core.incident AS i
        ON i.brand = p.brand
        AND i.known_to IS NULL
        AND i.rule NOT IN ('silence', 'quality', 'unanswered')  -- no word of how the brand is seen
        AND i.opened < p.ends
        AND (i.closed IS NULL OR i.closed > p.starts)
),

stable AS (
    SELECT p.brand, p.day, 1 - count(d.day) / 28 AS stability
    FROM due AS p
    JOIN looked AS l ON l.brand = p.brand AND l.since < p.ends
    LEFT JOIN disturbed AS d ON d.brand = p.brand AND d.day BETWEEN p.day - 27 AND p.day
    GROUP BY p.brand, p.day
),

wide AS (
    SELECT
        p.brand,
        p.day,
        (
            (s.positive - s.negative + 20 * s.net_90 / nullif(s.scored_90, 0))
            / (s.positive + s.neutral + s.negative + 20) + 1
        ) / 2 AS sentiment,
        CASE
            WHEN s.ratings_365 >= l.rating_bayes
                THEN (7 * 0.625 + s.weighted_365) / (7 + s.weight_365)
        END AS rating,
        CASE
            WHEN s.timed_28 >= l.answered_in_target THEN s.in_target_28 / s.timed_28
        END AS response,
        CASE
            WHEN p.brands = 1 THEN 0.5
            WHEN t.of_all_28 >= l.share_of_voice THEN t.mentions_28 / t.of_all_28
        END AS attention,
        coalesce((v.nps + v.csat) / 2, v.nps, v.csat) AS surveys,
        x.stability
    FROM due AS p
    CROSS JOIN at_least AS l
    JOIN summed AS s ON s.brand = p.brand AND s.day = p.day
    JOIN attention AS t ON t.brand = p.brand AND t.day = p.day
    JOIN survey AS v ON v.brand = p.brand AND v.day = p.day
    LEFT JOIN stable AS x ON x.brand = p.brand AND x.day = p.day
),

own_weights AS (
    SELECT DISTINCT p.brand, p.day
    FROM due AS p
    JOIN core.weight AS w
        ON w.brand = p.brand
        AND p.day >= w.valid_from
        AND (w.valid_to IS NULL OR p.day < w.valid_to)
),

-- whose: the brand of a set of its own; NULL: the default one.
weighed AS (
    SELECT p.*, o.brand AS whose
    FROM wide AS p
    LEFT JOIN own_weights AS o ON o.brand = p.brand AND o.day = p.day
),

in_force AS (
    SELECT
        g.whose,
        g.day,
        coalesce(max(w.weight) FILTER (w.part = 'attention'), 0) AS attention,
        coalesce(max(w.weight) FILTER (w.part = 'rating'), 0) AS rating,
        coalesce(max(w.weight) FILTER (w.part = 'response'), 0) AS response,
        coalesce(max(w.weight) FILTER (w.part = 'sentiment'), 0) AS sentiment,
        coalesce(max(w.weight) FILTER (w.part = 'stability'), 0) AS stability,
        coalesce(max(w.weight) FILTER (w.part = 'surveys'), 0) AS surveys
    FROM (SELECT DISTINCT whose, day FROM weighed) AS g
    LEFT JOIN core.weight AS w
        ON w.brand IS NOT DISTINCT FROM g.whose
        AND g.day >= w.valid_from
        AND (w.valid_to IS NULL OR g.day < w.valid_to)
    GROUP BY g.whose, g.day
),

whole AS (
    SELECT
        g.* EXCLUDE (whose),
        f.* EXCLUDE (whose, day) RENAME (
            attention AS of_attention,
            rating AS of_rating,
            response AS of_response,
            sentiment AS of_sentiment,
            stability AS of_stability,
            surveys AS of_surveys
        ),
        nullif(
            CASE WHEN g.attention IS NULL THEN 0 ELSE f.attention END
            + CASE WHEN g.rating IS NULL THEN 0 ELSE f.rating END
            + CASE WHEN g.response IS NULL THEN 0 ELSE f.response END
            + CASE WHEN g.sentiment IS NULL THEN 0 ELSE f.sentiment END
            + CASE WHEN g.stability IS NULL THEN 0 ELSE f.stability END
            + CASE WHEN g.surveys IS NULL THEN 0 ELSE f.surveys END,
            0
        ) AS weight
    FROM weighed AS g
    JOIN in_force AS f ON f.day = g.day AND f.whose IS NOT DISTINCT FROM g.whose
)

SELECT
    brand,
    day,
    attention,
    rating,
    response,
    sentiment,
    stability,
    surveys,
    CASE WHEN attention IS NOT NULL THEN of_attention / weight END AS weight_attention,
    CASE WHEN rating IS NOT NULL THEN of_rating / weight END AS weight_rating,
    CASE WHEN response IS NOT NULL THEN of_response / weight END AS weight_response,
    CASE WHEN sentiment IS NOT NULL THEN of_sentiment / weight END AS weight_sentiment,
    CASE WHEN stability IS NOT NULL THEN of_stability / weight END AS weight_stability,
    CASE WHEN surveys IS NOT NULL THEN of_surveys / weight END AS weight_surveys
FROM whole
