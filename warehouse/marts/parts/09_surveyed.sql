-- Survey answers of the 28 days up to and with each day; every answer counts, copies too.
-- On 0..10: promoters 9-10, detractors 0-6. On 1..5, 1..7 and 0..1: the satisfied are the top two,
-- the top three, the good.
CREATE OR REPLACE TEMP TABLE surveyed AS
WITH daily AS (
    SELECT
        brand,
        day,
        count(*) FILTER (rating_max = 10) AS n_nps,
        count(*) FILTER (rating_max = 10 AND stars >= 9) AS promoters,
        count(*) FILTER (rating_max = 10 AND stars <= 6) AS detractors,
        count(*) FILTER (rating_max <> 10) AS n_csat,
        count(*) FILTER (
            CASE rating_max WHEN 5 THEN stars >= 4 WHEN 7 THEN stars >= 5 WHEN 1 THEN stars >= 1 END
        ) AS satisfied
    FROM said
    WHERE kind = 'survey'
        AND stars IS NOT NULL
        AND (rating_min, rating_max) IN ((0, 10), (1, 5), (1, 7), (0, 1))
    GROUP BY brand, day
)

SELECT
    p.brand,
    p.day,
    coalesce(sum(d.n_nps) OVER last_28, 0) AS n_nps_28,
    coalesce(sum(d.promoters) OVER last_28, 0) AS promoters_28,
    coalesce(sum(d.detractors) OVER last_28, 0) AS detractors_28,
    coalesce(sum(d.n_csat) OVER last_28, 0) AS n_csat_28,
    coalesce(sum(d.satisfied) OVER last_28, 0) AS satisfied_28
FROM spine AS p
LEFT JOIN daily AS d ON d.brand = p.brand AND d.day = p.day
WINDOW last_28 AS (
    PARTITION BY p.brand ORDER BY p.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
)
