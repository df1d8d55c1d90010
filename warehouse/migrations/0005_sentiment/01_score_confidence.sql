ALTER TABLE core.score
    ADD COLUMN confidence DOUBLE -- 0..1, calibrated probability that label is right; NULL where the scorer can't tell.
