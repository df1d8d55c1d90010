ALTER TABLE core.walk
    ADD COLUMN every_hours DOUBLE -- Longest time between two runs by its schedule; infinity: none is planned; NULL: unknown.
