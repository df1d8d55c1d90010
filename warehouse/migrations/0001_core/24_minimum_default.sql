INSERT INTO core.minimum VALUES
    ('net_sentiment', 5),
    ('net_sentiment_polar', 5),
    ('negative_share', 5),
    ('rating_mean', 5),
    ('rating_bayes', 1),
    ('response_rate', 5),
    ('answered_in_target', 5),
    ('share_of_voice', 5),
    ('nps', 5),
    ('csat', 5)
