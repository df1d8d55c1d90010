-- The figures of these weeks and months, computed from their sums.
CREATE OR REPLACE TEMP TABLE rolled AS
WITH shown AS (
    SELECT
        p.*,
        p.positive + p.neutral + p.negative AS scored,
        p.positive + p.neutral + p.negative >= l.net_sentiment AS shows_net,
        p.positive + p.neutral + p.negative >= l.negative_share AS shows_negative,
        p.ratings >= l.rating_mean AS shows_mean,
        p.asked >= l.response_rate AS shows_rate,
        p.timed >= l.answered_in_target AS shows_target,
        p.brands > 1 AND p.of_all >= l.share_of_voice AS shows_voice
    FROM period AS p, at_least AS l
)

SELECT
    brand,
    watch,
    own,
    timezone,
    form,
    starts,
    last_day,
    days,
    days_covered,
    complete,
    coverage,
    mentions,
    exposures,
    scored,
    scored / nullif(mentions, 0) AS scored_share,
    positive,
    neutral,
    negative,
    CASE WHEN shows_net THEN (positive - negative) / scored END AS net_sentiment,
    CASE WHEN shows_net THEN core.net_low(positive, negative, scored) END AS net_sentiment_low,
    CASE WHEN shows_net THEN core.net_high(positive, negative, scored) END AS net_sentiment_high,
    CASE WHEN shows_negative THEN negative / scored END AS negative_share,
    CASE WHEN shows_negative THEN core.wilson_low(negative, scored) END AS negative_share_low,
    CASE WHEN shows_negative THEN core.wilson_high(negative, scored) END AS negative_share_high,
    ratings AS n_ratings,
    CASE WHEN shows_mean THEN rated / ratings END AS rating_mean,
    CASE WHEN shows_mean THEN core.wilson_low(rated, ratings) END AS rating_mean_low,
    CASE WHEN shows_mean THEN core.wilson_high(rated, ratings) END AS rating_mean_high,
    asked AS n_response,
    CASE WHEN shows_rate THEN answered / asked END AS response_rate,
    CASE WHEN shows_rate THEN core.wilson_low(answered, asked) END AS response_rate_low,
    CASE WHEN shows_rate THEN core.wilson_high(answered, asked) END AS response_rate_high,
    timed AS n_answered_in_target,
    CASE WHEN shows_target THEN in_target / timed END AS answered_in_target,
    CASE WHEN shows_target THEN core.wilson_low(in_target, timed) END AS answered_in_target_low,
    CASE WHEN shows_target THEN core.wilson_high(in_target, timed) END AS answered_in_target_high,
    of_all AS n_share_of_voice,
    CASE WHEN shows_voice THEN voice / of_all END AS share_of_voice,
    CASE WHEN shows_voice THEN core.wilson_low(voice, of_all) END AS share_of_voice_low,
    CASE WHEN shows_voice THEN core.wilson_high(voice, of_all) END AS share_of_voice_high
FROM shown
