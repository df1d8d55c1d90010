-- The due rows of marts.keyword_company, of the facts. Words of the text are not among them: what
-- stands there is declared (brands, keywords, drivers), and found once when a mention is enriched;
-- all words of all texts would have to be cut again for every month that a late mention falls into.
-- Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", Computational
-- Linguistics 19 (1993).
-- definition: 2
-- key: brand, keyword, month, form, company
WITH span AS (
    SELECT min(month) AS first_day, (max(month) + INTERVAL 1 MONTH)::DATE AS end_day
    FROM company_due
),

about AS (
    SELECT b.watch, date_trunc('month', s.day)::DATE AS month, s.brand, s.voice
    FROM core.said AS s
    JOIN core.brand AS b ON b.brand = s.brand
    SEMI JOIN company_due AS d ON d.watch = b.watch AND d.month = date_trunc('month', s.day)::DATE
    WHERE s.day >= (SELECT first_day FROM span) AND s.day < (SELECT end_day FROM span)
        AND s.first_copy
),

hit AS (
    SELECT h.watch, date_trunc('month', s.day)::DATE AS month, s.brand, s.keyword, s.voice
    FROM core.keyword_said AS s
    JOIN brand_home AS h ON h.brand = s.brand
    SEMI JOIN company_due AS d ON d.watch = h.watch AND d.month = date_trunc('month', s.day)::DATE
    WHERE s.day >= (SELECT first_day FROM span) AND s.day < (SELECT end_day FROM span)
        AND s.first_copy
),

-- The voices of the month. A driver may be found in a later copy only: it counts where its voice does.
heard AS (
    SELECT watch, month, voice FROM about
    UNION
    SELECT watch, month, voice FROM hit
),

every AS (SELECT watch, month, count(*) AS n FROM heard GROUP BY watch, month),

driven AS (
    SELECT b.watch, date_trunc('month', s.day)::DATE AS month, s.driver, s.voice
    FROM core.driver_said AS s
    JOIN core.brand AS b ON b.brand = s.brand
    SEMI JOIN heard AS e
        ON e.watch = b.watch AND e.month = date_trunc('month', s.day)::DATE AND e.voice = s.voice
    WHERE s.day >= (SELECT first_day FROM span) AND s.day < (SELECT end_day FROM span)
        AND s.first_copy
    GROUP BY ALL
),

-- whose: the brand of a keyword, NULL where it stands with keywords of any brand.
present AS (
    SELECT watch, month, 'brand' AS form, NULL AS whose, brand AS company, voice FROM about
    UNION ALL
    SELECT watch, month, 'driver', NULL, driver, voice FROM driven
    UNION ALL
    SELECT watch, month, 'keyword', brand, keyword, voice FROM hit
),

of_keyword AS (
    SELECT watch, month, brand, keyword, count(*) AS n FROM hit GROUP BY ALL
),

of_company AS (
    SELECT watch, month, form, whose, company, count(*) AS n FROM present GROUP BY ALL
),

met AS (
    SELECT h.watch, h.month, h.brand, h.keyword, p.form, p.whose, p.company, count(*) AS together
    FROM hit AS h
    JOIN present AS p
        ON p.watch = h.watch
        AND p.month = h.month
        AND p.voice = h.voice
        AND (p.whose IS NULL OR p.whose = h.brand)
        AND NOT (p.form = 'brand' AND p.company = h.brand)
        AND NOT (p.form = 'keyword' AND p.company = h.keyword)
    GROUP BY ALL
    HAVING count(*) >= (SELECT keyword_company FROM at_least)
),

counted AS (
    SELECT
        m.watch,
        m.month,
        m.brand,
        m.keyword,
        m.form,
        m.company,
        m.together,
        k.n AS n_keyword,
        c.n AS n_company,
        e.n AS n_all,
        k.n * c.n / e.n AS expected
    FROM met AS m
    JOIN every AS e ON e.watch = m.watch AND e.month = m.month
    JOIN of_keyword AS k
        ON k.watch = m.watch
        AND k.month = m.month
        AND k.brand = m.brand
        AND k.keyword = m.keyword
    JOIN of_company AS c
        ON c.watch = m.watch
        AND c.month = m.month
        AND c.form = m.form
        AND c.whose IS NOT DISTINCT FROM m.whose
        AND c.company = m.company
),

weighed AS (
    SELECT
        *,
        2 * (
            core.surprise(together, expected)
            + core.surprise(n_keyword - together, n_keyword - expected)
            + core.surprise(n_company - together, n_company - expected)
            + core.surprise(
                n_all - n_keyword - n_company + together, n_all - n_keyword - n_company + expected
            )
        ) AS log_likelihood
    FROM counted
),

placed AS (
    SELECT
        * EXCLUDE (watch),
        together / expected AS lift,
        row_number() OVER (
            PARTITION BY brand, keyword, month, form ORDER BY log_likelihood DESC, company
        ) AS place
    FROM weighed
    WHERE together > expected AND log_likelihood >= 10.83
)

SELECT p.*, h.complete, h.coverage
FROM placed AS p
JOIN period_held AS h ON h.brand = p.brand AND h.form = 'month' AND h.starts = p.month
WHERE p.place <= 20
