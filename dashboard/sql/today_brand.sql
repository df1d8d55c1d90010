-- A brand on the last day of a period, on the day before it began, and what its days add up to. A count of
-- days of which nothing was collected is NULL, not 0.
WITH told AS (
    SELECT * FROM marts.brand_reputation_daily WHERE brand = $brand
),

ends AS (
    SELECT * FROM told WHERE day <= $last ORDER BY day DESC LIMIT 1
),

begins AS (
    SELECT * FROM told WHERE day <= $before ORDER BY day DESC LIMIT 1
),

summed AS (
    SELECT
        count(*) AS days,
        coalesce(max(coverage) > 0 OR sum(exposures) > 0, false) AS heard,
        coalesce(sum(mentions), 0)::BIGINT AS mentions,
        coalesce(sum(exposures), 0)::BIGINT AS exposures,
        coalesce(sum(scored), 0)::BIGINT AS scored,
        coalesce(sum(positive), 0)::BIGINT AS positive,
        coalesce(sum(neutral), 0)::BIGINT AS neutral,
        coalesce(sum(negative), 0)::BIGINT AS negative,
        coalesce(sum(n_ratings), 0)::BIGINT AS n_ratings,
        -- the running day can't have been collected to its end
        min(coverage) FILTER (day < $newest) AS coverage
    FROM told
    WHERE day BETWEEN $first AND $last
),

earlier AS (
    SELECT
        coalesce(sum(mentions), 0)::BIGINT AS mentions,
        coalesce(sum(scored), 0)::BIGINT AS scored,
        coalesce(sum(positive), 0)::BIGINT AS positive,
        coalesce(sum(negative), 0)::BIGINT AS negative,
        count(*) AS days
    FROM told
    WHERE day BETWEEN $before - ($last::DATE - $first::DATE)::INTEGER AND $before
)

SELECT
    e.day,
    e.score,
    e.parts_missing,
    b.day AS before,
    b.score AS score_before,
    e.score - b.score AS score_change,
    CASE WHEN s.heard THEN s.mentions END AS mentions,
    CASE WHEN s.heard THEN s.exposures END AS exposures,
    s.scored,
    s.positive,
    s.neutral,
    s.negative,
    s.coverage,
    s.scored / nullif(s.mentions, 0) AS scored_share,
    CASE WHEN s.heard AND r.mentions > 0 AND r.days = ($last::DATE - $first::DATE) + 1 AND s.days = r.days
        THEN s.mentions / r.mentions - 1 END AS mentions_change,
    CASE WHEN s.scored >= least_n.n THEN (s.positive - s.negative) / s.scored END AS net_sentiment,
    CASE WHEN s.scored >= least_n.n THEN core.net_low(s.positive, s.negative, s.scored) END AS net_sentiment_low,
    CASE WHEN s.scored >= least_n.n THEN core.net_high(s.positive, s.negative, s.scored) END AS net_sentiment_high,
    CASE WHEN r.scored >= least_n.n THEN (r.positive - r.negative) / r.scored END AS net_sentiment_before,
    e.share_of_voice_28,
    e.share_of_voice_28_low,
    e.share_of_voice_28_high,
    e.n_share_of_voice_28,
    b.share_of_voice_28 AS share_of_voice_28_before,
    e.rating_bayes,
    e.rating_bayes_low,
    e.rating_bayes_high,
    e.n_ratings_365,
    b.rating_bayes AS rating_bayes_before,
    e.answered_in_target,
    e.answered_in_target_low,
    e.answered_in_target_high,
    e.n_answered_in_target_28,
    b.answered_in_target AS answered_in_target_before,
    e.response_rate,
    e.nps,
    e.csat
FROM ends AS e
LEFT JOIN begins AS b ON true
CROSS JOIN summed AS s
CROSS JOIN earlier AS r
CROSS JOIN (SELECT n FROM core.minimum WHERE figure = 'net_sentiment') AS least_n
