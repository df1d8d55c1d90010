-- The brands' days whose keywords are told again. A trend looks back 35 days, a week further than
-- near does; and it needs all of them, so that it hangs on the brand's first day.
CREATE OR REPLACE TEMP TABLE keyword_due AS
WITH first_now AS (SELECT brand, min(day) AS day FROM spine GROUP BY brand),

first_told AS (
    SELECT brand, min(day) AS day
    FROM core.brand_reputation_daily
    WHERE known_to IS NULL
    GROUP BY brand
),

near AS (SELECT brand, day FROM due WHERE near),

-- The week after each stretch of such days; within one, the days after a day are there already.
after_it AS (
    SELECT d.brand, d.day + unnest(range(1, 8))::INTEGER AS day
    FROM near AS d
    ANTI JOIN near AS f ON f.brand = d.brand AND f.day = d.day + 1
),

begun AS (
    SELECT n.brand, n.day + unnest(range(35 + greatest(t.day - n.day, 0)))::INTEGER AS day
    FROM first_now AS n
    JOIN first_told AS t ON t.brand = n.brand AND t.day <> n.day
),

wanted AS (
    FROM near
    UNION ALL
    FROM after_it
    UNION ALL
    FROM begun
)

SELECT p.brand, p.day, n.day AS first_day
FROM spine AS p
JOIN first_now AS n ON n.brand = p.brand
SEMI JOIN wanted AS w ON w.brand = p.brand AND w.day = p.day
