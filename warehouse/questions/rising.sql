-- Which keyword is rising? Mentions of each in the last days against what is usual: the mean of as
-- many days, four times over, before them.
-- chance: how likely so many or more are in these days if nothing has changed: each of all n mentions
-- falls into them with probability 1/5 then (the conditional test of two rates, Przyborowski and
-- Wilenski 1940). Below 0.01 it is hardly chance; of twenty keywords one is below 0.05 anyway.
-- $brand: The brand; all own ones if none is named.
-- $days = 7: How many days, up to the last one told.
WITH asked AS (
    SELECT k.brand, max(k.day) AS last, max(k.day) - $days::INTEGER AS before
    FROM marts.keyword_daily AS k
    WHERE k.brand = $brand
        OR ($brand IS NULL AND k.brand IN (SELECT brand FROM core.brand WHERE own))
    GROUP BY k.brand
),

counted AS (
    SELECT
        k.brand,
        k.keyword,
        sum(k.mentions) FILTER (k.day > a.before) AS mentions,
        sum(k.mentions) FILTER (k.day <= a.before) AS earlier,
        sum(k.negative) FILTER (k.day > a.before) AS negative,
        min(k.coverage) FILTER (k.day > a.before) AS coverage
    FROM marts.keyword_daily AS k
    JOIN asked AS a ON a.brand = k.brand AND k.day > a.before - 4 * $days::INTEGER
    GROUP BY k.brand, k.keyword
)

SELECT
    brand,
    keyword,
    mentions,
    coalesce(earlier, 0) / 4 AS usually,
    4 * mentions / nullif(earlier, 0) AS times,
    list_sum([
        exp(
            lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * ln(0.2) + (n - k) * ln(0.8)
        ) FOR k IN range(mentions::BIGINT, n::BIGINT + 1)
    ]) AS chance,
    negative,
    coverage
FROM (SELECT *, mentions + coalesce(earlier, 0) AS n FROM counted)
WHERE mentions > 0 AND mentions > coalesce(earlier, 0) / 4
ORDER BY chance, mentions DESC, brand, keyword
