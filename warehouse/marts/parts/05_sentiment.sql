-- Counts of each brand and day, and of the 90 days up to and with it (_90).
CREATE OR REPLACE TEMP TABLE sentiment AS
WITH daily AS (
    SELECT
        brand,
        day,
        count(*) AS exposures,
        count(*) FILTER (first_copy) AS mentions,
        count(*) FILTER (first_copy AND label = 'positive') AS positive,
        count(*) FILTER (first_copy AND label = 'neutral') AS neutral,
        count(*) FILTER (first_copy AND label = 'negative') AS negative
    FROM said
    GROUP BY brand, day
),

dense AS (
    SELECT
        p.brand,
        p.day,
        coalesce(d.exposures, 0) AS exposures,
        coalesce(d.mentions, 0) AS mentions,
        coalesce(d.positive, 0) AS positive,
        coalesce(d.neutral, 0) AS neutral,
        coalesce(d.negative, 0) AS negative
    FROM spine AS p
    LEFT JOIN daily AS d ON d.brand = p.brand AND d.day = p.day
)

SELECT
    *,
    positive + neutral + negative AS scored,
    sum(positive - negative) OVER last_90 AS net_90,
    sum(positive + neutral + negative) OVER last_90 AS scored_90
FROM dense
WINDOW last_90 AS (
    PARTITION BY brand ORDER BY day ROWS BETWEEN 89 PRECEDING AND CURRENT ROW
)
