-- The due rows of marts.brand_reputation_daily, of the parts in parts/.
-- definition: 1
-- key: brand, day
WITH scored AS (
    SELECT
        brand,
        day,
        CASE
            WHEN coalesce(rating, response, sentiment, stability, surveys) IS NOT NULL
                AND coalesce(weight_rating, weight_response, weight_sentiment, weight_stability, weight_surveys) IS NOT NULL
                THEN 100 * (
                    coalesce(weight_attention * attention, 0)
                    + coalesce(weight_rating * rating, 0)
                    + coalesce(weight_response * response, 0)
                    + coalesce(weight_sentiment * sentiment, 0)
                    + coalesce(weight_stability * stability, 0)
                    + coalesce(weight_surveys * surveys, 0)
                )
        END AS score,
        sentiment AS part_sentiment,
        rating AS part_rating,
        response AS part_response,
        attention AS part_attention,
        surveys AS part_surveys,
        stability AS part_stability,
        weight_sentiment,
        weight_rating,
        weight_response,
        weight_attention,
        weight_surveys,
        weight_stability,
        concat_ws(
            ', ',
            CASE WHEN attention IS NULL THEN 'attention' END,
            CASE WHEN rating IS NULL THEN 'rating' END,
            CASE WHEN response IS NULL THEN 'response' END,
            CASE WHEN sentiment IS NULL THEN 'sentiment' END,
            CASE WHEN stability IS NULL THEN 'stability' END,
            CASE WHEN surveys IS NULL THEN 'surveys' END
        ) AS parts_missing
    FROM part
),

counted AS (
    SELECT
        p.day,
        p.brand,
        p.watch,
        p.own,
        p.timezone,
        p.coverage,
        s.mentions,
        s.exposures,
        s.positive + s.neutral + s.negative AS scored,
        (s.positive + s.neutral + s.negative) / nullif(s.mentions, 0) AS scored_share,
        s.positive,
        s.neutral,
        s.negative,
        s.positive + s.negative AS polar,
        s.ratings AS n_ratings,
        s.rated AS ratings,
        s.ratings_365 AS n_ratings_365,
        7 * 0.625 + s.weighted_365 AS bayes,
        7 + s.weight_365 AS n_bayes,
        s.asked_28 AS n_response_28,
        s.answered_28,
        s.timed_28 AS n_answered_in_target_28,
        s.in_target_28,
        p.brands,
        t.mentions AS voice,
        t.of_all AS n_share_of_voice,
        t.mentions_28 AS voice_28,
        t.of_all_28 AS n_share_of_voice_28,
        s.nps_28 AS n_nps_28,
        s.promoters_28,
        s.detractors_28,
        s.csat_28 AS n_csat_28,
        s.satisfied_28,
        k.net AS corrected,
        k.low AS corrected_low,
        k.high AS corrected_high,
        coalesce(k.n_gold, 0) AS n_gold
    FROM due AS p
    JOIN summed AS s ON s.brand = p.brand AND s.day = p.day
    JOIN attention AS t ON t.brand = p.brand AND t.day = p.day
    LEFT JOIN corrected AS k ON k.brand = p.brand AND k.day = p.day
),

shown AS (
    SELECT
        n.*,
        n.scored >= l.net_sentiment AS shows_net,
        n.polar >= l.net_sentiment_polar AS shows_polar,
        n.scored >= l.negative_share AS shows_negative,
        n.n_ratings >= l.rating_mean AS shows_mean,
        n.n_ratings_365 >= l.rating_bayes AS shows_bayes,
        n.n_response_28 >= l.response_rate AS shows_rate,
        n.n_answered_in_target_28 >= l.answered_in_target AS shows_target,
        n.brands > 1 AND n.n_share_of_voice >= l.share_of_voice AS shows_voice,
        n.brands > 1 AND n.n_share_of_voice_28 >= l.share_of_voice AS shows_voice_28,
        n.n_nps_28 >= l.nps AS shows_nps,
        n.n_csat_28 >= l.csat AS shows_csat
    FROM counted AS n, at_least AS l
)

SELECT
    d.day,
    d.brand,
    d.watch,
    d.own,
    d.timezone,
    d.coverage,
    d.mentions,
    d.exposures,
    d.scored,
    d.scored_share,
    d.positive,
    d.neutral,
    d.negative,
    CASE WHEN shows_net THEN (positive - negative) / scored END AS net_sentiment,
    CASE WHEN shows_net THEN core.net_low(positive, negative, scored) END AS net_sentiment_low,
    CASE WHEN shows_net THEN core.net_high(positive, negative, scored) END AS net_sentiment_high,
    CASE WHEN shows_net THEN corrected END AS net_sentiment_corrected,
    CASE WHEN shows_net THEN corrected_low END AS net_sentiment_corrected_low,
    CASE WHEN shows_net THEN corrected_high END AS net_sentiment_corrected_high,
    d.n_gold,
    CASE WHEN shows_polar THEN (positive - negative) / polar END AS net_sentiment_polar,
    CASE WHEN shows_polar THEN 2 * core.wilson_low(positive, polar) - 1 END
        AS net_sentiment_polar_low,
    CASE WHEN shows_polar THEN 2 * core.wilson_high(positive, polar) - 1 END
        AS net_sentiment_polar_high,
    CASE WHEN shows_negative THEN negative / scored END AS negative_share,
    CASE WHEN shows_negative THEN core.wilson_low(negative, scored) END AS negative_share_low,
    CASE WHEN shows_negative THEN core.wilson_high(negative, scored) END AS negative_share_high,
    d.n_ratings,
    CASE WHEN shows_mean THEN ratings / n_ratings END AS rating_mean,
    CASE WHEN shows_mean THEN core.wilson_low(ratings, n_ratings) END AS rating_mean_low,
    CASE WHEN shows_mean THEN core.wilson_high(ratings, n_ratings) END AS rating_mean_high,
    d.n_ratings_365,
    CASE WHEN shows_bayes THEN bayes / n_bayes END AS rating_bayes,
    CASE WHEN shows_bayes THEN core.wilson_low(bayes, n_bayes) END AS rating_bayes_low,
    CASE WHEN shows_bayes THEN core.wilson_high(bayes, n_bayes) END AS rating_bayes_high,
    d.n_response_28,
    CASE WHEN shows_rate THEN answered_28 / n_response_28 END AS response_rate,
    CASE WHEN shows_rate THEN core.wilson_low(answered_28, n_response_28) END
        AS response_rate_low,
    CASE WHEN shows_rate THEN core.wilson_high(answered_28, n_response_28) END
        AS response_rate_high,
    d.n_answered_in_target_28,
    CASE WHEN shows_target THEN in_target_28 / n_answered_in_target_28 END AS answered_in_target,
    CASE WHEN shows_target THEN core.wilson_low(in_target_28, n_answered_in_target_28) END
        AS answered_in_target_low,
    CASE WHEN shows_target THEN core.wilson_high(in_target_28, n_answered_in_target_28) END
        AS answered_in_target_high,
    d.n_share_of_voice,
    CASE WHEN shows_voice THEN voice / n_share_of_voice END AS share_of_voice,
    CASE WHEN shows_voice THEN core.wilson_low(voice, n_share_of_voice) END
        AS share_of_voice_low,
    CASE WHEN shows_voice THEN core.wilson_high(voice, n_share_of_voice) END
        AS share_of_voice_high,
    d.n_share_of_voice_28,
    CASE WHEN shows_voice_28 THEN voice_28 / n_share_of_voice_28 END AS share_of_voice_28,
    CASE WHEN shows_voice_28 THEN core.wilson_low(voice_28, n_share_of_voice_28) END
        AS share_of_voice_28_low,
    CASE WHEN shows_voice_28 THEN core.wilson_high(voice_28, n_share_of_voice_28) END
        AS share_of_voice_28_high,
    d.n_nps_28,
    CASE WHEN shows_nps THEN 100 * (promoters_28 - detractors_28) / n_nps_28 END AS nps,
    CASE
        WHEN shows_nps
            THEN 100 * sqrt(
                (
                    (promoters_28 + detractors_28) / n_nps_28
                    - ((promoters_28 - detractors_28) / n_nps_28) ^ 2
                ) / n_nps_28
            )
    END AS nps_standard_error,
    CASE WHEN shows_nps THEN 100 * core.net_low(promoters_28, detractors_28, n_nps_28) END
        AS nps_low,
    CASE WHEN shows_nps THEN 100 * core.net_high(promoters_28, detractors_28, n_nps_28) END
        AS nps_high,
    d.n_csat_28,
    CASE WHEN shows_csat THEN satisfied_28 / n_csat_28 END AS csat,
    CASE WHEN shows_csat THEN core.wilson_low(satisfied_28, n_csat_28) END AS csat_low,
    CASE WHEN shows_csat THEN core.wilson_high(satisfied_28, n_csat_28) END AS csat_high,
    scored.* EXCLUDE (brand, day)
FROM shown AS d
JOIN scored ON scored.brand = d.brand AND scored.day = d.day
