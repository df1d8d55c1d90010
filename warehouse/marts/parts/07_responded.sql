-- Answers to the reviews received in the 28 days up to and with each day, where answers are allowed.
-- in_target is NULL where it can't be known: the source tells no time of the answer, and we first
-- saw it after the target. Copies of one review are one, answered with the first answer to any.
CREATE OR REPLACE TEMP TABLE responded AS
WITH seen_answered AS (
    SELECT mention_id, min(collected) AS at_the_latest
    FROM core.mention_version
    WHERE known_to IS NULL AND (answer IS NOT NULL OR answered IS NOT NULL)
    GROUP BY mention_id
),

review AS (
    SELECT
        s.brand,
        s.voice,
        s.day,
        s.published,
        s.has_answer,
        CASE
            WHEN NOT s.has_answer THEN false
            WHEN coalesce(s.answered, a.at_the_latest)
                <= s.published + to_seconds(h.answer_target_hours * 3600) THEN true
            WHEN s.answered IS NOT NULL THEN false
        END AS in_target
    FROM said AS s
    JOIN brand_home AS h ON h.brand = s.brand
    LEFT JOIN seen_answered AS a ON a.mention_id = s.mention_id
    WHERE s.kind = 'review'
        AND s.source IN (SELECT source FROM core.watched_source WHERE allows_answers)
),

voiced AS (
    SELECT
        brand,
        min(day) AS day,
        bool_or(has_answer) AS has_answer,
        CASE
            WHEN bool_or(in_target) THEN true
            WHEN count(*) = count(in_target) THEN false
        END AS in_target
    FROM review
    GROUP BY brand, voice
),

daily AS (
    SELECT
        brand,
        day,
        count(*) AS n,
        count(*) FILTER (has_answer) AS answered,
        count(in_target) AS n_target,
        count(*) FILTER (in_target) AS in_target
    FROM voiced
    GROUP BY brand, day
)

SELECT
    p.brand,
    p.day,
    coalesce(sum(d.n) OVER last_28, 0) AS n_28,
    coalesce(sum(d.answered) OVER last_28, 0) AS answered_28,
    coalesce(sum(d.n_target) OVER last_28, 0) AS n_target_28,
    coalesce(sum(d.in_target) OVER last_28, 0) AS in_target_28
FROM spine AS p
LEFT JOIN daily AS d ON d.brand = p.brand AND d.day = p.day
WINDOW last_28 AS (
    PARTITION BY p.brand ORDER BY p.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
)
