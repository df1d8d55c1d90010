ALTER TABLE core.coverage
    ADD COLUMN series VARCHAR -- The walk that it counts for: that of the same settings without a window of time.
