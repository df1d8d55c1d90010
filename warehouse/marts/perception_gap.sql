-- All rows of marts.perception_gap.
-- definition: 1
-- key: brand, driver, month
WITH spoken AS (
    SELECT
        brand,
        driver,
        date_trunc('month', day)::DATE AS month,
        coalesce(sum(mentions) FILTER (NOT survey), 0)::BIGINT AS public_mentions,
        coalesce(sum(positive) FILTER (NOT survey), 0)::BIGINT AS public_positive,
        coalesce(sum(neutral) FILTER (NOT survey), 0)::BIGINT AS public_neutral,
        coalesce(sum(negative) FILTER (NOT survey), 0)::BIGINT AS public_negative,
        coalesce(sum(mentions) FILTER (survey), 0)::BIGINT AS survey_mentions,
        coalesce(sum(positive) FILTER (survey), 0)::BIGINT AS survey_positive,
        coalesce(sum(neutral) FILTER (survey), 0)::BIGINT AS survey_neutral,
        coalesce(sum(negative) FILTER (survey), 0)::BIGINT AS survey_negative
    FROM core.driver_day
    GROUP BY ALL
),

-- driver is NULL for all of the brand's mentions.
share AS (
    SELECT
        brand,
        driver,
        date_trunc('month', day)::DATE AS month,
        coalesce(sum(scored) FILTER (NOT survey), 0)::BIGINT AS public,
        coalesce(sum(scored) FILTER (survey), 0)::BIGINT AS survey
    FROM core.scored_day
    GROUP BY ALL
),

-- In a fixed order: a sum of fractions depends on it in its last bits.
heard AS (
    SELECT
        brand,
        date_trunc('month', day)::DATE AS month,
        sum(coverage ORDER BY day) / count(*) AS coverage
    FROM covered
    GROUP BY ALL
),

counted AS (
    SELECT
        s.*,
        h.coverage,
        s.public_positive + s.public_neutral + s.public_negative AS public_scored,
        coalesce(b.public, 0) AS public_all,
        coalesce(w.public, 0) AS public_with_driver,
        s.survey_positive + s.survey_neutral + s.survey_negative AS survey_scored,
        coalesce(b.survey, 0) AS survey_all,
        coalesce(w.survey, 0) AS survey_with_driver
    FROM spoken AS s
    JOIN heard AS h ON h.brand = s.brand AND h.month = s.month
    LEFT JOIN share AS b ON b.brand = s.brand AND b.month = s.month AND b.driver IS NULL
    LEFT JOIN share AS w ON w.brand = s.brand AND w.month = s.month AND w.driver = s.driver
),

shown AS (
    SELECT
        n.*,
        n.public_all >= l.driver_share AS shows_public_share,
        n.public_scored >= l.driver_net AS shows_public_net,
        n.survey_all >= l.driver_share AS shows_survey_share,
        n.survey_scored >= l.driver_net AS shows_survey_net,
        least(n.public_scored, n.survey_scored) AS n_perception_gap,
        n_perception_gap >= l.perception_gap AND shows_public_net AND shows_survey_net AS shows_gap
    FROM counted AS n, at_least AS l
),

netted AS (
    SELECT
        *,
        CASE WHEN shows_public_net THEN (public_positive - public_negative) / public_scored END
            AS public_net,
        CASE
            WHEN shows_public_net
                THEN core.net_low(public_positive, public_negative, public_scored)
        END AS public_net_low,
        CASE
            WHEN shows_public_net
                THEN core.net_high(public_positive, public_negative, public_scored)
        END AS public_net_high,
        CASE WHEN shows_survey_net THEN (survey_positive - survey_negative) / survey_scored END
            AS survey_net,
        CASE
            WHEN shows_survey_net
                THEN core.net_low(survey_positive, survey_negative, survey_scored)
        END AS survey_net_low,
        CASE
            WHEN shows_survey_net
                THEN core.net_high(survey_positive, survey_negative, survey_scored)
        END AS survey_net_high
    FROM shown
)

SELECT
    month,
    brand,
    driver,
    coverage,
    public_mentions,
    public_scored,
    public_positive,
    public_neutral,
    public_negative,
    public_all,
    public_with_driver,
    CASE WHEN shows_public_share THEN public_with_driver / public_all END AS public_share,
    CASE WHEN shows_public_share THEN core.wilson_low(public_with_driver, public_all) END
        AS public_share_low,
    CASE WHEN shows_public_share THEN core.wilson_high(public_with_driver, public_all) END
        AS public_share_high,
    public_net,
    public_net_low,
    public_net_high,
    survey_mentions,
    survey_scored,
    survey_positive,
    survey_neutral,
    survey_negative,
    survey_all,
    survey_with_driver,
    CASE WHEN shows_survey_share THEN survey_with_driver / survey_all END AS survey_share,
    CASE WHEN shows_survey_share THEN core.wilson_low(survey_with_driver, survey_all) END
        AS survey_share_low,
    CASE WHEN shows_survey_share THEN core.wilson_high(survey_with_driver, survey_all) END
        AS survey_share_high,
    survey_net,
    survey_net_low,
    survey_net_high,
    n_perception_gap,
    CASE WHEN shows_gap THEN public_net - survey_net END AS perception_gap,
    CASE
        WHEN shows_gap
            THEN greatest(-2, core.difference_low(public_net, public_net_low, survey_net, survey_net_high))
    END AS perception_gap_low,
    CASE
        WHEN shows_gap
            THEN least(2, core.difference_high(public_net, public_net_high, survey_net, survey_net_low))
    END AS perception_gap_high
FROM netted
