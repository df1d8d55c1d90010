ALTER TABLE core.walk
    ADD COLUMN series VARCHAR -- Its id without a window of time: what its coverage counts for.
