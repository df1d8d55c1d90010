-- A figure that is computed from fewer than core.minimum says is NULL.
-- table: marts.brand_reputation_daily
-- severity: fail
WITH least AS (
    SELECT map_from_entries(list((figure, n))) AS n
    FROM core.minimum
)

SELECT count(*) AS failing, min(d.brand || ' ' || d.day, $examples) AS examples
FROM marts.brand_reputation_daily AS d, least AS l
WHERE d.net_sentiment IS NOT NULL AND d.scored < l.n['net_sentiment']
    OR d.net_sentiment_polar IS NOT NULL
    AND d.positive + d.negative < l.n['net_sentiment_polar']
    OR d.negative_share IS NOT NULL AND d.scored < l.n['negative_share']
    OR d.rating_mean IS NOT NULL AND d.n_ratings < l.n['rating_mean']
    OR d.rating_bayes IS NOT NULL AND d.n_ratings_365 < l.n['rating_bayes']
    OR d.response_rate IS NOT NULL AND d.n_response_28 < l.n['response_rate']
    OR d.answered_in_target IS NOT NULL AND d.n_answered_in_target_28 < l.n['answered_in_target']
    OR d.share_of_voice IS NOT NULL AND d.n_share_of_voice < l.n['share_of_voice']
    OR d.share_of_voice_28 IS NOT NULL AND d.n_share_of_voice_28 < l.n['share_of_voice']
    OR d.nps IS NOT NULL AND d.n_nps_28 < l.n['nps']
    OR d.csat IS NOT NULL AND d.n_csat_28 < l.n['csat']
