-- The watches' months of which it is told again what stands together: months with a day of which
-- something was learnt, or whose coverage or end is told otherwise; all of them where $all.
CREATE OR REPLACE TEMP TABLE company_due AS
WITH told AS (
    SELECT brand, month, min(coverage) AS coverage, bool_and(complete) AS complete
    FROM core.keyword_company
    WHERE known_to IS NULL
    GROUP BY brand, month
),

changed AS (
    SELECT brand, date_trunc('month', day)::DATE AS month
    FROM days_due
    UNION
    SELECT h.brand, h.starts
    FROM period_held AS h
    LEFT JOIN told AS t ON t.brand = h.brand AND t.month = h.starts
    WHERE h.form = 'month'
        AND ($all OR t.brand IS NOT NULL AND (t.coverage, t.complete) <> (h.coverage, h.complete))
)

SELECT DISTINCT b.watch, c.month
FROM changed AS c
JOIN core.brand AS b ON b.brand = c.brand
