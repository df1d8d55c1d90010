-- Why a brand's score moved between two days: one row a part, and the contributions sum to the change.
--   by_value: what the part's own value did: mean of its two weights x change of its value
--   by_weight: what its weight did: change of its weight x (mean of its two values - mean of the two
--     scores). The weights of a day sum to 1, so that taking away the score changes no sum: a part that
--     gains weight raises the score where it is better than the rest.
--   how: changed, same, or appeared, vanished and absent: a part without data on one of the days has no
--     value of its own then, and is all by_weight
-- The halves are Bennet's indicator (1920), which is the same whichever day one begins with; the
-- second half is set against the whole as Brinson and Fachler do (1985). NULL where a day has no score.
CREATE MACRO marts.why_score_moved(the_brand, from_day, to_day) AS TABLE
WITH told AS (
    SELECT
        day,
        score,
        unnest([
            {'part': 'sentiment', 'value': part_sentiment, 'weight': weight_sentiment},
            {'part': 'rating', 'value': part_rating, 'weight': weight_rating},
            {'part': 'response', 'value': part_response, 'weight': weight_response},
            {'part': 'attention', 'value': part_attention, 'weight': weight_attention},
            {'part': 'surveys', 'value': part_surveys, 'weight': weight_surveys},
            {'part': 'stability', 'value': part_stability, 'weight': weight_stability}
        ], recursive := true)
    FROM marts.brand_reputation_daily
    WHERE brand = the_brand
),

paired AS (
    SELECT
        a.part,
        a.value AS value_from,
        b.value AS value_to,
        coalesce(a.weight, 0) AS weight_from,
        coalesce(b.weight, 0) AS weight_to,
        coalesce(a.value, b.value, 0) AS v,
        coalesce(b.value, a.value, 0) AS w,
        a.score AS score_from,
        b.score AS score_to
    FROM told AS a
    JOIN told AS b ON b.part = a.part
    WHERE a.day = from_day AND b.day = to_day
),

halved AS (
    SELECT
        *,
        CASE
            WHEN score_from IS NOT NULL AND score_to IS NOT NULL
                THEN 100 * (weight_from + weight_to) / 2 * (w - v)
        END AS by_value,
        (weight_to - weight_from) * (100 * (v + w) / 2 - (score_from + score_to) / 2) AS by_weight
    FROM paired
)

SELECT
    part,
    CASE
        WHEN value_from IS NULL AND value_to IS NULL THEN 'absent'
        WHEN value_from IS NULL THEN 'appeared'
        WHEN value_to IS NULL THEN 'vanished'
        WHEN value_from = value_to AND weight_from = weight_to THEN 'same'
        ELSE 'changed'
    END AS how,
    value_from,
    value_to,
    weight_from,
    weight_to,
    by_value,
    by_weight,
    by_value + by_weight AS contribution,
    score_from,
    score_to
FROM halved
ORDER BY abs(by_value + by_weight) DESC, part
