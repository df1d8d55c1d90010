-- What are people complaining about? The drivers and keywords that negative words are about, most
-- first: how many people, how many in an equal time before (mean of four, or of the days of them that
-- are told), and the latest of them. Copies count once, on the day of the first.
-- share: of all people who said anything negative; one may be about several, so they sum to more than 1.
-- $brand: The brand; all own ones if none is named.
-- $days = 7: How many days, up to the last one told.
WITH asked AS (
    SELECT brand, max(day) - $days::INTEGER AS before
    FROM marts.brand_reputation_daily
    WHERE brand = $brand OR ($brand IS NULL AND own)
    GROUP BY brand
),

-- How many windows there are before this one; four, or less where the brand's first day is later.
earlier AS (
    SELECT m.brand, count(*) / $days::INTEGER AS windows
    FROM marts.brand_reputation_daily AS m
    JOIN asked AS a ON a.brand = m.brand AND m.day <= a.before
    WHERE m.day > a.before - 4 * $days::INTEGER
    GROUP BY m.brand
),

negative AS (
    SELECT s.brand, count(DISTINCT s.voice) AS people
    FROM (
        SELECT brand, voice, day, label, first_copy FROM core.said
        UNION ALL
        SELECT brand, voice, day, label, first_copy FROM core.driver_said
        UNION ALL
        SELECT brand, voice, day, label, first_copy FROM core.keyword_said
    ) AS s
    JOIN asked AS a ON a.brand = s.brand AND s.day > a.before
    WHERE s.label = 'negative' AND s.first_copy
    GROUP BY s.brand
),

worded AS (
    SELECT a.brand, d.driver, d.voice, d.published, m.text, d.day > a.before AS now
    FROM core.driver_said AS d
    JOIN asked AS a ON a.brand = d.brand
    JOIN core.mention AS m ON m.mention_id = d.mention_id
    WHERE d.label = 'negative' AND d.first_copy AND d.day > a.before - 4 * $days::INTEGER
),

by_driver AS (
    SELECT
        brand,
        'driver' AS about,
        driver AS name,
        count(DISTINCT voice) FILTER (now) AS people,
        count(DISTINCT voice) FILTER (NOT now) AS before,
        arg_max(text, published) FILTER (now) AS latest
    FROM worded
    GROUP BY brand, driver
),

by_keyword AS (
    SELECT
        k.brand,
        'keyword' AS about,
        k.keyword AS name,
        sum(k.negative) FILTER (k.day > a.before) AS people,
        sum(k.negative) FILTER (k.day <= a.before) AS before,
        NULL AS latest
    FROM marts.keyword_daily AS k
    JOIN asked AS a ON a.brand = k.brand
    WHERE k.day > a.before - 4 * $days::INTEGER
    GROUP BY k.brand, k.keyword
)

SELECT
    c.brand,
    c.about,
    c.name,
    c.people,
    c.people / n.people AS share,
    coalesce(c.before, 0) / e.windows AS usually,
    left(c.latest, 160) AS latest
FROM (FROM by_driver UNION ALL BY NAME FROM by_keyword) AS c
JOIN negative AS n ON n.brand = c.brand
LEFT JOIN earlier AS e ON e.brand = c.brand
WHERE c.people > 0
ORDER BY c.people DESC, c.brand, c.about, c.name
