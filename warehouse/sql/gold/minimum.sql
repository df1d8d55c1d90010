-- The least gold labels that a correction is made of, and the least mentions that a day has to have.
SELECT
    coalesce(max(n) FILTER (figure = 'net_sentiment_corrected'), 0) AS gold,
    coalesce(max(n) FILTER (figure = 'net_sentiment'), 0) AS scored
FROM core.minimum
