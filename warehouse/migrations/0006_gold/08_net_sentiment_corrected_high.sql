ALTER TABLE marts.brand_reputation_daily
    ADD COLUMN net_sentiment_corrected_high DOUBLE -- Upper end of its interval.
