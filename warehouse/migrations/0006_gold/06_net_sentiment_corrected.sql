ALTER TABLE marts.brand_reputation_daily
    ADD COLUMN net_sentiment_corrected DOUBLE -- -1..1, net_sentiment without what the scorer is known to get wrong: the mean
    -- over the true mixes that the day's labels may stem from, each as likely as the scorer's confusion
    -- (core.gold_confusion) makes it. NULL where n_gold is too small.
