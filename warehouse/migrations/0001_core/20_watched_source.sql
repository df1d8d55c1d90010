-- The sources of the watch files.
CREATE TABLE core.watched_source (
    watch VARCHAR NOT NULL, -- The watch file.
    name VARCHAR NOT NULL, -- The source's name within it.
    source VARCHAR NOT NULL, -- Name of the connector.
    about VARCHAR, -- The brand that everything there is about, or NULL.
    allows_answers BOOLEAN NOT NULL -- Whether an owner can answer there.
)
