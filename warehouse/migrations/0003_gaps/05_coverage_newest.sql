ALTER TABLE core.coverage
    ADD COLUMN newest TIMESTAMP -- When the newest mention read was published (UTC).
