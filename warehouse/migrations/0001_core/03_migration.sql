-- The migrations that made this file, each with the hash of its files.
CREATE TABLE core.migration (
    number INTEGER NOT NULL, -- Its place in the order, from 1.
    name VARCHAR NOT NULL, -- Name of its folder.
    hash VARCHAR NOT NULL, -- 32 hex digits of its files; another hash later is refused.
    applied TIMESTAMP NOT NULL -- When it was applied (UTC).
)
