ALTER TABLE core.keyword_daily
    ADD COLUMN trend_high DOUBLE -- Upper end of its interval; where it is below 1 the keyword is falling.
