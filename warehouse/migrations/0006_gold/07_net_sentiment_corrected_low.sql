ALTER TABLE marts.brand_reputation_daily
    ADD COLUMN net_sentiment_corrected_low DOUBLE -- Lower end of its interval, of the day's counts and the gold labels together.
