ALTER TABLE core.keyword_daily
    ADD COLUMN trend DOUBLE -- Mentions a day of the 7 days / baseline_daily: 2 is twice as many as usual. Whole weeks are compared, so that no
    -- weekday counts more. NULL where the baseline is of too few (core.minimum).
