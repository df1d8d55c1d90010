ALTER TABLE core.keyword_daily
    ADD COLUMN mentions_7 BIGINT -- Mentions of the 7 days up to and with this one.
