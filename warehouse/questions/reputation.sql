-- Each brand on the last day that anything was said: the score, what it is made of, and how much was
-- known.
SELECT
    brand,
    day,
    score,
    mentions,
    net_sentiment AS net,
    scored_share AS scored,
    rating_bayes AS rating,
    share_of_voice AS voice,
    answered_in_target AS in_target,
    coverage,
    parts_missing AS without
FROM marts.brand_reputation_daily
WHERE day = (SELECT max(day) FROM marts.brand_reputation_daily WHERE mentions > 0)
ORDER BY own DESC, score DESC
