-- All rows of marts.review_changes.
-- definition: 1
-- key: brand, month
WITH shown AS (
    SELECT brand, date_trunc('month', day)::DATE AS month, sum(reviews)::BIGINT AS reviews
    FROM core.response_day
    GROUP BY ALL
),

changed AS (
    SELECT
        brand,
        date_trunc('month', day)::DATE AS month,
        count(*) FILTER (removed) AS removed,
        count(change) AS edited,
        coalesce(sum(change), 0)::BIGINT AS change
    FROM core.review_change
    GROUP BY ALL
),

-- In a fixed order: a sum of fractions depends on it in its last bits.
heard AS (
    SELECT
        brand,
        date_trunc('month', day)::DATE AS month,
        sum(coverage ORDER BY day) / count(*) AS coverage
    FROM covered
    GROUP BY ALL
),

counted AS (
    SELECT
        coalesce(s.brand, c.brand) AS brand,
        coalesce(s.month, c.month) AS month,
        coalesce(s.reviews, 0) + coalesce(c.removed, 0) AS reviews,
        coalesce(c.removed, 0) AS removed,
        coalesce(c.edited, 0) AS edited_after_answer,
        coalesce(c.change, 0) / 1e9 AS change
    FROM shown AS s
    FULL JOIN changed AS c ON c.brand = s.brand AND c.month = s.month
)

SELECT
    n.month,
    n.brand,
    coalesce(h.coverage, 0) AS coverage,
    reviews,
    removed,
    CASE WHEN reviews >= l.removed_share THEN removed / reviews END AS removed_share,
    CASE WHEN reviews >= l.removed_share THEN core.wilson_low(removed, reviews) END
        AS removed_share_low,
    CASE WHEN reviews >= l.removed_share THEN core.wilson_high(removed, reviews) END
        AS removed_share_high,
    edited_after_answer,
    CASE WHEN edited_after_answer >= l.reply_effect THEN change / edited_after_answer END
        AS reply_effect,
    CASE
        WHEN edited_after_answer >= l.reply_effect
            THEN 2 * core.wilson_low((change + edited_after_answer) / 2, edited_after_answer) - 1
    END AS reply_effect_low,
    CASE
        WHEN edited_after_answer >= l.reply_effect
            THEN 2 * core.wilson_high((change + edited_after_answer) / 2, edited_after_answer) - 1
    END AS reply_effect_high
FROM counted AS n
LEFT JOIN heard AS h ON h.brand = n.brand AND h.month = n.month
CROSS JOIN at_least AS l
