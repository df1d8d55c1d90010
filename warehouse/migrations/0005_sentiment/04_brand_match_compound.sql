ALTER TABLE core.brand_match
    ADD COLUMN compound DOUBLE -- -1..1, likewise; NULL where unscored or as the whole text's.
