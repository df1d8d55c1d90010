ALTER TABLE marts.brand_reputation_daily
    ADD COLUMN n_gold BIGINT DEFAULT 0 -- Gold labels that the correction is made of: those of the scorer, version and
    -- language that scored the day's mentions; where there are several, the fewest. Languages without
    -- enough that make up a tenth of the mentions or less are left out of account.
