-- One row: what the marts were last refreshed from.
CREATE TABLE core.refreshed (
    seen TIMESTAMP NOT NULL, -- The newest known_from or known_to that was taken in (UTC).
    told TIMESTAMP NOT NULL, -- known_from of the rows that this refresh told (UTC).
    places VARCHAR NOT NULL, -- Digest of the brands, zones and sources that facts rest on.
    rules VARCHAR NOT NULL -- Digest of the weights, least numbers, gold labels and definitions.
)
