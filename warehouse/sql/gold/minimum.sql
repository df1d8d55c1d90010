SELECT max(n)
FROM core.minimum
WHERE figure = 'net_sentiment_corrected'
