-- The due rows of marts.competitor_matrix, of the months in parts/ and the scores of their last days.
-- Differences of figures that were measured apart: Zou and Donner, "Construction of confidence limits
-- about effect measures", Statistics in Medicine 27 (2008), equation 8.
-- definition: 2
-- key: watch, brand, rival, month
WITH standing AS (
    SELECT
        r.*,
        t.n_ratings_365,
        t.rating_bayes,
        t.rating_bayes_low,
        t.rating_bayes_high,
        t.score
    FROM rolled AS r
    JOIN core.brand_reputation_daily AS t
        ON t.brand = r.brand AND t.day = r.last_day AND t.known_to IS NULL
    WHERE r.form = 'month'
),

pair AS (
    SELECT b.watch, b.brand, o.brand AS rival
    FROM core.brand AS b
    JOIN core.brand AS o ON o.watch = b.watch AND o.brand <> b.brand
    WHERE b.own
),

-- Taken first: of a thousand brands few are own, and each month of each would be joined with all others'.
own_standing AS (
    SELECT s.*
    FROM standing AS s
    SEMI JOIN pair AS p ON p.brand = s.brand
),

-- Each brand's mentions in a watch's months, and those of all its brands: summed once, not for each
-- pair. Months are those of which something is told again.
monthly AS (
    SELECT d.watch, d.brand, date_trunc('month', d.day)::DATE AS starts, sum(d.mentions) AS mentions
    FROM core.watch_day AS d
    WHERE d.day >= (SELECT min(starts) FROM standing)
    GROUP BY ALL
),

together AS (
    SELECT watch, starts, sum(mentions) AS mentions
    FROM monthly
    GROUP BY watch, starts
),

spoken AS (
    SELECT
        p.watch,
        p.brand,
        p.rival,
        a.starts,
        coalesce(e.mentions, 0)::BIGINT AS of_all,
        coalesce(m.mentions, 0)::BIGINT AS mentions,
        coalesce(r.mentions, 0)::BIGINT AS rivals
    FROM pair AS p
    JOIN own_standing AS a ON a.brand = p.brand
    JOIN standing AS z ON z.brand = p.rival AND z.starts = a.starts
    LEFT JOIN together AS e ON e.watch = p.watch AND e.starts = a.starts
    LEFT JOIN monthly AS m
        ON m.watch = p.watch AND m.starts = a.starts AND m.brand = p.brand
    LEFT JOIN monthly AS r
        ON r.watch = p.watch AND r.starts = a.starts AND r.brand = p.rival
),

compared AS (
    SELECT watch, date_trunc('month', day)::DATE AS starts, min(coverage) AS coverage
    FROM compared_day
    GROUP BY ALL
),

beside AS (
    SELECT
        v.starts AS month,
        v.watch,
        v.brand,
        v.rival,
        a.complete AND z.complete AS complete,
        least(a.coverage, z.coverage, c.coverage) AS coverage,
        v.of_all AS n_share_of_voice,
        CASE WHEN v.of_all >= l.share_of_voice THEN v.mentions / v.of_all END AS share_of_voice,
        CASE WHEN v.of_all >= l.share_of_voice THEN core.wilson_low(v.mentions, v.of_all) END
            AS share_of_voice_low,
        CASE WHEN v.of_all >= l.share_of_voice THEN core.wilson_high(v.mentions, v.of_all) END
            AS share_of_voice_high,
        CASE WHEN v.of_all >= l.share_of_voice THEN v.rivals / v.of_all END
            AS rival_share_of_voice,
        CASE WHEN v.of_all >= l.share_of_voice THEN core.wilson_low(v.rivals, v.of_all) END
            AS rival_share_of_voice_low,
        CASE WHEN v.of_all >= l.share_of_voice THEN core.wilson_high(v.rivals, v.of_all) END
            AS rival_share_of_voice_high,
        CASE WHEN v.of_all >= l.share_of_voice THEN (v.mentions - v.rivals) / v.of_all END
            AS share_difference,
        CASE
            WHEN v.of_all >= l.share_of_voice THEN core.net_low(v.mentions, v.rivals, v.of_all)
        END AS share_difference_low,
        CASE
            WHEN v.of_all >= l.share_of_voice THEN core.net_high(v.mentions, v.rivals, v.of_all)
        END AS share_difference_high,
        a.scored,
        a.scored_share,
        z.scored AS rival_scored,
        z.scored_share AS rival_scored_share,
        a.net_sentiment,
        a.net_sentiment_low,
        a.net_sentiment_high,
        z.net_sentiment AS rival_net_sentiment,
        z.net_sentiment_low AS rival_net_sentiment_low,
        z.net_sentiment_high AS rival_net_sentiment_high,
        a.net_sentiment - z.net_sentiment AS sentiment_difference,
        core.difference_low(
            a.net_sentiment, a.net_sentiment_low, z.net_sentiment, z.net_sentiment_high
        ) AS sentiment_difference_low,
        core.difference_high(
            a.net_sentiment, a.net_sentiment_high, z.net_sentiment, z.net_sentiment_low
        ) AS sentiment_difference_high,
        a.n_ratings_365,
        a.rating_bayes,
        a.rating_bayes_low,
        a.rating_bayes_high,
        z.n_ratings_365 AS rival_n_ratings_365,
        z.rating_bayes AS rival_rating_bayes,
        z.rating_bayes_low AS rival_rating_bayes_low,
        z.rating_bayes_high AS rival_rating_bayes_high,
        a.rating_bayes - z.rating_bayes AS rating_difference,
        core.difference_low(
            a.rating_bayes, a.rating_bayes_low, z.rating_bayes, z.rating_bayes_high
        ) AS rating_difference_low,
        core.difference_high(
            a.rating_bayes, a.rating_bayes_high, z.rating_bayes, z.rating_bayes_low
        ) AS rating_difference_high,
        a.score,
        z.score AS rival_score,
        a.score - z.score AS score_difference
    FROM spoken AS v
    CROSS JOIN at_least AS l
    JOIN own_standing AS a ON a.brand = v.brand AND a.starts = v.starts
    JOIN standing AS z ON z.brand = v.rival AND z.starts = v.starts
    JOIN compared AS c ON c.watch = v.watch AND c.starts = v.starts
)

SELECT
    *,
    CASE
        WHEN share_difference_low > 0 THEN brand
        WHEN share_difference_high < 0 THEN rival
        WHEN share_difference IS NOT NULL THEN 'nobody'
    END AS leads_share,
    CASE
        WHEN sentiment_difference_low > 0 THEN brand
        WHEN sentiment_difference_high < 0 THEN rival
        WHEN sentiment_difference IS NOT NULL THEN 'nobody'
    END AS leads_sentiment,
    CASE
        WHEN rating_difference_low > 0 THEN brand
        WHEN rating_difference_high < 0 THEN rival
        WHEN rating_difference IS NOT NULL THEN 'nobody'
    END AS leads_rating,
    CASE
        WHEN score_difference > 0 THEN brand
        WHEN score_difference < 0 THEN rival
        WHEN score_difference = 0 THEN 'nobody'
    END AS leads_score
FROM beside
