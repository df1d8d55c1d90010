-- Every ISO week and calendar month of every brand: how much of it there is yet. ends is the day after
-- its last one; last_day the last that is told; complete, whether all of it lies before the last
-- collecting.
CREATE OR REPLACE TEMP TABLE period_held AS
WITH dated AS (
    SELECT p.* EXCLUDE (starts, ends), f.form, date_trunc(f.form, p.day)::DATE AS starts
    FROM spine AS p
    CROSS JOIN (VALUES ('week'), ('month')) AS f (form)
),

held AS (
    SELECT
        d.brand,
        d.watch,
        d.own,
        d.timezone,
        d.brands,
        d.form,
        d.starts,
        CASE d.form
            WHEN 'week' THEN d.starts + 7
            ELSE (d.starts + INTERVAL 1 MONTH)::DATE
        END AS ends,
        count(*) AS days,
        count(*) FILTER (c.coverage >= 1) AS days_covered,
        min(c.coverage) AS coverage,
        max(d.day) AS last_day
    FROM dated AS d
    JOIN covered AS c ON c.brand = d.brand AND c.day = d.day
    GROUP BY ALL
)

SELECT
    *,
    coalesce(
        timezone('UTC', timezone(timezone, ends::TIMESTAMP))
            <= (SELECT max(collected) FROM core.load),
        false
    ) AS complete
FROM held
