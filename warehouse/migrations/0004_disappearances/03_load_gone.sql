ALTER TABLE core.load
    ADD COLUMN gone BIGINT DEFAULT 0 -- Mentions that had a current version and were told to be gone; no rows, so not in the sum.
