-- How long the reviews received in the 28 days up to and with each due day waited for their first
-- answer: n answered at a known time, and twice the median in seconds. Whole numbers only. To be
-- exact without putting 28 days' answers in order for each day, they are counted by doublings of the
-- time first; only those of the doubling that holds the middle are put in order.
CREATE OR REPLACE TEMP TABLE waited AS
WITH looks_back AS (SELECT brand, day FROM due WHERE near),

window_of AS (SELECT DISTINCT brand, day - unnest(range(28))::INTEGER AS day FROM looks_back),

answer AS (
    SELECT
        a.brand,
        a.source,
        a.asked_day AS day,
        a.seconds,
        len(bin(a.seconds)) AS doubling,
        count(*) AS n
    FROM core.answer_said AS a
    SEMI JOIN window_of AS w ON w.brand = a.brand AND w.day = a.asked_day
    GROUP BY ALL
),

daily AS (
    SELECT brand, source, day, doubling, sum(n) AS n
    FROM answer
    GROUP BY ALL
),

counted AS (
    SELECT l.brand, d.source, l.day, d.doubling, sum(d.n)::BIGINT AS n
    FROM looks_back AS l
    JOIN daily AS d ON d.brand = l.brand AND d.day BETWEEN l.day - 27 AND l.day
    GROUP BY ALL
),

placed AS (
    SELECT
        *,
        sum(n) OVER (PARTITION BY brand, source, day) AS of_all,
        sum(n) OVER (PARTITION BY brand, source, day ORDER BY doubling) - n AS below
    FROM counted
),

-- The middle one of an odd number, the middle two of an even one.
middle AS (
    SELECT *, (of_all + 1) // 2 AS lower, of_all // 2 + 1 AS upper
    FROM placed
    WHERE below < of_all // 2 + 1 AND below + n >= (of_all + 1) // 2
),

ordered AS (
    SELECT
        m.brand,
        m.source,
        m.day,
        m.of_all,
        m.lower,
        m.upper,
        a.seconds,
        m.below + sum(sum(a.n)) OVER (
            PARTITION BY m.brand, m.source, m.day, m.doubling ORDER BY a.seconds
        ) AS upto,
        upto - sum(a.n) AS above
    FROM middle AS m
    JOIN answer AS a
        ON a.brand = m.brand
        AND a.source = m.source
        AND a.doubling = m.doubling
        AND a.day BETWEEN m.day - 27 AND m.day
    GROUP BY m.brand, m.source, m.day, m.doubling, m.of_all, m.lower, m.upper, m.below, a.seconds
)

SELECT
    brand,
    source,
    day,
    of_all::BIGINT AS n,
    (
        max(seconds) FILTER (above < lower AND upto >= lower)
        + max(seconds) FILTER (above < upper AND upto >= upper)
    )::BIGINT AS twice
FROM ordered
GROUP BY ALL
