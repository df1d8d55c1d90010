-- The due rows of marts.brand_reputation_monthly, of the parts in parts/ and the days' scores.
-- definition: 1
-- key: brand, month
WITH scored AS (
    SELECT
        r.brand,
        r.starts,
        max(t.score) FILTER (t.day = r.last_day) AS score,
        sum(t.score ORDER BY t.day) / nullif(count(t.score), 0) AS score_mean,
        count(t.score) AS n_score
    FROM rolled AS r
    JOIN core.brand_reputation_daily AS t
        ON t.brand = r.brand AND t.day BETWEEN r.starts AND r.last_day AND t.known_to IS NULL
    WHERE r.form = 'month'
    GROUP BY r.brand, r.starts
)

SELECT r.starts AS month, r.* EXCLUDE (form, starts, last_day), s.score, s.score_mean, s.n_score
FROM rolled AS r
JOIN scored AS s ON s.brand = r.brand AND s.starts = r.starts
WHERE r.form = 'month'
