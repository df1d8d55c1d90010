-- Which definition of each mart told its rows, from when: another text of its SQL is another one.
CREATE TABLE core.definition (
    mart VARCHAR NOT NULL, -- The mart.
    definition INTEGER NOT NULL, -- Number of its definition, counted up by hand where a figure's meaning changes.
    hash VARCHAR NOT NULL, -- 32 hex digits of the SQL that computes it.
    known_from TIMESTAMP NOT NULL, -- Rows told from then on are by it (UTC).
    known_to TIMESTAMP -- Until then (UTC); NULL: it is the present one.
)
