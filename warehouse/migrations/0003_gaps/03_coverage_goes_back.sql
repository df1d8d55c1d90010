ALTER TABLE core.coverage
    ADD COLUMN goes_back BOOLEAN -- Whether the source can be asked for a window of the past, so that a gap can be closed.
