-- The rows of marts.survey_scores, all of them: answers to surveys are few.
-- definition: 1
-- key: brand, segment, segment_value, measure, period, starts, scale_min, scale_max, direction
WITH period_day AS (
    SELECT DISTINCT
        s.brand,
        s.period,
        s.starts,
        CASE s.period
            WHEN 'day' THEN s.starts
            WHEN 'week' THEN s.starts + 6
            ELSE last_day(s.starts)
        END AS ends
    FROM core.survey_score AS s
),

collected AS (
    SELECT p.brand, p.period, p.starts, min(c.coverage) AS coverage
    FROM period_day AS p
    JOIN covered AS c ON c.brand = p.brand AND c.day BETWEEN p.starts AND p.ends
    GROUP BY p.brand, p.period, p.starts
)

SELECT s.*, c.coverage
FROM core.survey_score AS s
LEFT JOIN collected AS c ON c.brand = s.brand AND c.period = s.period AND c.starts = s.starts
