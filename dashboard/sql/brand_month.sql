-- The figures of a brand by month, one row a figure and month, and beside each what was usual before it:
-- of the 12 months before, the 10th percentile, the median and the 90th. NULL where fewer than 6 of
-- them have the figure; counts are NULL where nothing at all was collected.
WITH told AS (
    SELECT
        month AS starts,
        last_day(month) AS ends,
        coverage,
        complete AS complete,
        unnest([
            {figure: 'score', value: score, low: NULL, high: NULL, n: n_score},
            {figure: 'net_sentiment', value: net_sentiment, low: net_sentiment_low, high: net_sentiment_high, n: scored},
            {figure: 'negative_share', value: negative_share, low: negative_share_low, high: negative_share_high, n: scored},
            {figure: 'mentions', value: CASE WHEN coverage > 0 OR mentions > 0 THEN mentions END, low: NULL, high: NULL, n: NULL},
            {figure: 'exposures', value: CASE WHEN coverage > 0 OR exposures > 0 THEN exposures END, low: NULL, high: NULL, n: NULL},
            {figure: 'share_of_voice', value: share_of_voice, low: share_of_voice_low, high: share_of_voice_high, n: n_share_of_voice},
            {figure: 'rating', value: rating_mean, low: rating_mean_low, high: rating_mean_high, n: n_ratings},
            {figure: 'answered_in_target', value: answered_in_target, low: answered_in_target_low, high: answered_in_target_high, n: n_answered_in_target}
        ], recursive := true)
    FROM marts.brand_reputation_monthly
    WHERE brand = $brand AND month BETWEEN $first::DATE - INTERVAL 12 MONTH AND $last
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
        RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING
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
    CASE WHEN told_before >= 6 THEN usual END AS usual,
    CASE WHEN told_before >= 6 THEN usual_low END AS usual_low,
    CASE WHEN told_before >= 6 THEN usual_high END AS usual_high
FROM beside
WHERE ends >= $first
ORDER BY figure, starts
