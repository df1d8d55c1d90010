ALTER TABLE core.keyword_daily
    ADD COLUMN baseline_daily DOUBLE -- baseline_28 / 28: mentions a day that were usual; NULL likewise.
