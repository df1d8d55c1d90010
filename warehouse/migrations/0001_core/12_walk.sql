-- The walks that the watch files declare now: one place or query of one source each. Where it is
-- empty, coverage is told of all walks that were seen.
CREATE TABLE core.walk (
    walk_id VARCHAR NOT NULL, -- The connector and a digest of its settings.
    watch VARCHAR NOT NULL, -- The watch file.
    label VARCHAR NOT NULL, -- Its name for people.
    source VARCHAR NOT NULL, -- Name of the connector.
    about VARCHAR -- The brand that everything there is about, or NULL.
)
