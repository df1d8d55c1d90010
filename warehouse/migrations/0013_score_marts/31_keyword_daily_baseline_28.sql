ALTER TABLE core.keyword_daily
    ADD COLUMN baseline_28 BIGINT -- Mentions of the 28 days before those 7; NULL where fewer are told of.
