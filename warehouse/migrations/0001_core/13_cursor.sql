-- Where each walk goes on; written in the transaction that merges what lies before it.
CREATE TABLE core.cursor (
    walk_id VARCHAR NOT NULL, -- The walk.
    label VARCHAR NOT NULL, -- Its name for people.
    source VARCHAR NOT NULL, -- Name of the connector.
    watch VARCHAR NOT NULL, -- The watch file.
    cursor JSON NOT NULL, -- The connector's own state.
    covered_to TIMESTAMP, -- The walk's source is collected until then (UTC), as far as it tells.
    batch_id VARCHAR NOT NULL, -- The batch whose cursor it is.
    updated TIMESTAMP NOT NULL -- When it was written (UTC).
)
