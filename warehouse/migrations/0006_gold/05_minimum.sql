INSERT INTO core.minimum VALUES
    ('net_sentiment_corrected', 100)
