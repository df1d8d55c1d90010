-- What changed since yesterday? Of each brand: the score and what each part gave to it on the last
-- day told and the day before, and how much of what is said came, was edited, answered or went away.
-- The points of the parts sum to the score.
-- $brand: The brand; all own ones if none is named.
-- $days = 1: How many days to look back.
WITH last AS (
    SELECT brand, timezone, max(day) AS day
    FROM marts.brand_reputation_daily
    WHERE brand = $brand OR ($brand IS NULL AND own)
    GROUP BY brand, timezone
),

told AS (
    SELECT
        m.brand,
        m.day = l.day AS now,
        m.score AS "score",
        100 * m.weight_sentiment * m.part_sentiment AS "score: sentiment",
        100 * m.weight_rating * m.part_rating AS "score: rating",
        100 * m.weight_response * m.part_response AS "score: response",
        100 * m.weight_attention * m.part_attention AS "score: attention",
        100 * m.weight_surveys * m.part_surveys AS "score: surveys",
        100 * m.weight_stability * m.part_stability AS "score: stability",
        m.mentions::DOUBLE AS "mentions",
        m.negative::DOUBLE AS "negative mentions"
    FROM marts.brand_reputation_daily AS m
    JOIN last AS l ON l.brand = m.brand AND m.day IN (l.day, l.day - $days::INTEGER)
),

figure AS (
    SELECT brand, what, max(value) FILTER (NOT now) AS before, max(value) FILTER (now) AS now
    FROM (
        FROM told UNPIVOT INCLUDE NULLS (value FOR what IN (* EXCLUDE (brand, now)))
    )
    GROUP BY brand, what
),

version AS (
    SELECT
        b.brand,
        v.mention_id,
        v.known_from > moment.since AS new_to_us,
        row_number() OVER (PARTITION BY b.brand, v.mention_id ORDER BY v.known_from, v.valid_from) > 1 AS later,
        v.answer IS NOT NULL AND lag(v.answer) OVER (
            PARTITION BY b.brand, v.mention_id ORDER BY v.known_from, v.valid_from
        ) IS NULL AS answers
    FROM core.mention_version AS v
    JOIN (SELECT DISTINCT mention_id, brand FROM core.brand_match WHERE known_to IS NULL) AS b
        ON b.mention_id = v.mention_id
    JOIN last AS l ON l.brand = b.brand
    CROSS JOIN (
        SELECT max(finished) - to_days($days::INTEGER) AS since FROM core.load
    ) AS moment
    WHERE v.valid_to IS NULL
),

came AS (
    SELECT
        l.brand,
        count(DISTINCT v.mention_id) FILTER (v.new_to_us AND NOT v.later)::DOUBLE AS "came to be known",
        count(DISTINCT v.mention_id) FILTER (v.new_to_us AND v.later)::DOUBLE AS "edited or answered",
        count(DISTINCT v.mention_id) FILTER (v.new_to_us AND v.later AND v.answers)::DOUBLE AS "answered"
    FROM last AS l
    LEFT JOIN version AS v ON v.brand = l.brand
    GROUP BY l.brand
),

went AS (
    SELECT l.brand, count(DISTINCT g.mention_id)::DOUBLE AS "gone at the source"
    FROM last AS l
    LEFT JOIN core.brand_match AS b ON b.brand = l.brand AND b.known_to IS NULL
    LEFT JOIN core.gone AS g
        ON g.mention_id = b.mention_id
        AND g.returned IS NULL
        AND g.noticed > (SELECT max(finished) - to_days($days::INTEGER) FROM core.load)
    GROUP BY l.brand
)

SELECT brand, what, before, now, now - before AS change
FROM figure
WHERE before IS NOT NULL OR now IS NOT NULL
UNION ALL
SELECT brand, what, NULL, value, value
FROM came UNPIVOT (value FOR what IN (* EXCLUDE (brand)))
UNION ALL
SELECT brand, what, NULL, value, value
FROM went UNPIVOT (value FOR what IN ("gone at the source"))
ORDER BY brand, what <> 'score', NOT starts_with(what, 'score'), abs(change) DESC NULLS LAST, what
