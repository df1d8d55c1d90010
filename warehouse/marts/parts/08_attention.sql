-- Mentions of each brand and of all its watch's brands together, in the same sources: those that
-- tell of any brand, and those where every one of them has a place of its own; a brand's own page
-- alone would tell of nobody else. Of the day, and of the 28 days up to and with it (_28).
CREATE OR REPLACE TEMP TABLE attention AS
WITH balanced AS (
    SELECT s.watch, s.source
    FROM core.watched_source AS s
    WHERE s.about IS NOT NULL
    GROUP BY s.watch, s.source
    HAVING count(DISTINCT s.about) = (SELECT count(*) FROM core.brand AS b WHERE b.watch = s.watch)
),

of_a_place AS (
    SELECT DISTINCT mention_id
    FROM core.brand_match
    WHERE known_to IS NULL AND how = 'place'
),

counted AS (
    SELECT b.watch, b.brand, timezone(b.timezone, timezone('UTC', s.published))::DATE AS day
    FROM core.brand AS b
    JOIN said AS s ON s.brand = b.brand
    WHERE s.source IN (SELECT w.source FROM core.watched_source AS w WHERE w.watch = b.watch)
        AND (
            s.mention_id NOT IN (SELECT mention_id FROM of_a_place)
            OR s.source IN (SELECT l.source FROM balanced AS l WHERE l.watch = b.watch)
        )
    QUALIFY row_number() OVER (
        PARTITION BY b.watch, b.brand, s.voice ORDER BY s.published, s.mention_id
    ) = 1
),

daily AS (
    SELECT watch, brand, day, count(*) AS mentions
    FROM counted
    GROUP BY watch, brand, day
),

together AS (
    SELECT watch, day, sum(mentions) AS mentions
    FROM daily
    GROUP BY watch, day
)

SELECT
    p.brand,
    p.day,
    coalesce(d.mentions, 0) AS mentions,
    coalesce(t.mentions, 0) AS of_all,
    coalesce(sum(d.mentions) OVER last_28, 0) AS mentions_28,
    coalesce(sum(t.mentions) OVER last_28, 0) AS of_all_28
FROM spine AS p
LEFT JOIN daily AS d ON d.watch = p.watch AND d.brand = p.brand AND d.day = p.day
LEFT JOIN together AS t ON t.watch = p.watch AND t.day = p.day
WINDOW last_28 AS (
    PARTITION BY p.brand ORDER BY p.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
)
