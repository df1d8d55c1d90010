-- The figures of a brand by day, one row a figure and day, and beside each what was usual before it:
-- of the 90 days before, the 10th percentile, the median and the 90th. NULL where fewer than 14 of
-- them have the figure; counts are NULL where nothing at all was collected.
WITH told AS (
    SELECT
        day AS starts,
        day AS ends,
        coverage,
        coverage = 1 AS complete,
        unnest([
            {figure: 'score', value: score, low: NULL, high: NULL, n: NULL},
            {figure: 'net_sentiment', value: net_sentiment, low: net_sentiment_low, high: net_sentiment_high, n: scored},
            {figure: 'negative_share', value: negative_share, low: negative_share_low, high: negative_share_high, n: scored},
            {figure: 'mentions', value: CASE WHEN coverage > 0 OR mentions > 0 THEN mentions END, low: NULL, high: NULL, n: NULL},
            {figure: 'exposures', value: CASE WHEN coverage > 0 OR exposures > 0 THEN exposures END, low: NULL, high: NULL, n: NULL},
            {figure: 'share_of_voice', value: share_of_voice_28, low: share_of_voice_28_low, high: share_of_voice_28_high, n: n_share_of_voice_28},
            {figure: 'rating', value: rating_bayes, low: rating_bayes_low, high: rating_bayes_high, n: n_ratings_365},
            {figure: 'answered_in_target', value: answered_in_target, low: answered_in_target_low, high: answered_in_target_high, n: n_answered_in_target_28}
        ], recursive := true)
    FROM marts.brand_reputation_daily
    WHERE brand = $brand AND day BETWEEN $first::DATE - INTERVAL 90 DAY AND $last
),

beside AS (
    SELECT
        *,
        count(value) OVER earlier AS told_before,
        quantile_cont(value, 0.1) OVER earlier AS usual_low,
        quantile_cont(value, 0.5) OVER earlier AS usual,
        quantile_cont(value, 0.9) OVER earlier AS usual_high
    FROM told
    WINDOW earlier AS (
        PARTITION BY figure
        ORDER BY starts
        RANGE BETWEEN INTERVAL 90 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING
    )
)

SELECT
    figure,
    starts,
    ends,
    coverage,
    complete,
    value,
    low,
    high,
    n,
    CASE WHEN told_before >= 14 THEN usual END AS usual,
    CASE WHEN told_before >= 14 THEN usual_low END AS usual_low,
    CASE WHEN told_before >= 14 THEN usual_high END AS usual_high
FROM beside
WHERE ends >= $first
ORDER BY figure, starts
