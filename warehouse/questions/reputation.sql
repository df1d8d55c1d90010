-- Each brand on the last day there is: the score, what it is made of, and how much was known.
SELECT
    brand,
    day,
    score,
    mentions,
    net_sentiment,
    scored_share,
    rating_bayes AS rating,
    share_of_voice,
    answered_in_target,
    coverage,
    parts_missing
FROM marts.brand_reputation_daily
QUALIFY day = max(day) OVER ()
ORDER BY own DESC, score DESC
