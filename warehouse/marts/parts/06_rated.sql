-- Ratings of each brand and day (sum over unique voices), and the recency-weighted ones of the 365
-- days up to and with it. A review's weight halves every 30 days.
CREATE OR REPLACE TEMP TABLE rated AS
WITH review AS (
    SELECT brand, day, rating
    FROM said
    WHERE kind = 'review' AND rating IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY brand, voice ORDER BY published, mention_id) = 1
),

daily AS (
    SELECT brand, day, count(*) AS n, sum(rating) AS total
    FROM review
    GROUP BY brand, day
)

SELECT
    p.brand,
    p.day,
    coalesce(sum(r.n) FILTER (r.day = p.day), 0) AS n,
    coalesce(sum(r.total) FILTER (r.day = p.day), 0) AS total,
    coalesce(sum(r.n), 0) AS n_365,
    coalesce(sum(r.n * 0.5 ^ ((p.day - r.day) / 30)), 0) AS weight_365,
    coalesce(sum(r.total * 0.5 ^ ((p.day - r.day) / 30)), 0) AS weighted_365
FROM spine AS p
LEFT JOIN daily AS r
    ON r.brand = p.brand AND r.day BETWEEN p.day - 364 AND p.day
GROUP BY p.brand, p.day
