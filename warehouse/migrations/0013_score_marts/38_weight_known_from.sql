ALTER TABLE core.weight
    ADD COLUMN known_from TIMESTAMP DEFAULT TIMESTAMP '1970-01-01' -- In force since then (UTC).
