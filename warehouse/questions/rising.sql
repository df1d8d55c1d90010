-- Which keyword is rising? Mentions of each in the last days against what is usual: the mean of as
-- many days, four times over, before them, or of those of them that are told.
-- chance: how likely so many or more are in these days if nothing has changed: each of all n mentions
-- falls into them with probability 1/5 then, or their share of fewer days (the conditional test of two
-- rates, Przyborowski and Wilenski 1940). Below 0.01 it is hardly chance; of twenty keywords one is
-- below 0.05 anyway.
-- $brand: The brand; all own ones if none is named.
-- $days = 7: How many days, up to the last one told.
WITH asked AS (
    SELECT k.brand, max(k.day) - $days::INTEGER AS before
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
        coalesce(sum(k.mentions) FILTER (k.day <= a.before), 0) AS earlier,
        count(*) FILTER (k.day <= a.before) AS days_before,
        sum(k.negative) FILTER (k.day > a.before) AS negative,
        min(k.coverage) FILTER (k.day > a.before) AS coverage
    FROM marts.keyword_daily AS k
    JOIN asked AS a ON a.brand = k.brand AND k.day > a.before - 4 * $days::INTEGER
    GROUP BY k.brand, k.keyword
),

compared AS (
    SELECT
        *,
        mentions + earlier AS n,
        earlier * $days::INTEGER / days_before AS usually,
        $days::INTEGER / ($days::INTEGER + days_before) AS within
    FROM counted
    WHERE days_before > 0  -- else nothing is known to be usual
)

SELECT
    brand,
    keyword,
    mentions,
    usually,
    mentions / nullif(usually, 0) AS times,
    list_sum([
        exp(
            lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
            + k * ln(within) + (n - k) * ln(1 - within)
        ) FOR k IN range(mentions::BIGINT, n::BIGINT + 1)
    ]) AS chance,
    negative,
    coverage
FROM compared
WHERE mentions > 0 AND mentions > usually
ORDER BY chance, mentions DESC, brand, keyword
