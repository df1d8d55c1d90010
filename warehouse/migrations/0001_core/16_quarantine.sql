-- Records that broke a rule, each with the reason and a way back.
CREATE TABLE core.quarantine (
    quarantine_id VARCHAR NOT NULL, -- 16 hex digits: batch and row, the same on every try.
    batch_id VARCHAR NOT NULL, -- The landed batch it came in.
    source VARCHAR, -- Name of the connector.
    place VARCHAR, -- The place, where it could be read.
    external_id VARCHAR, -- The source's identifier, where it could be read.
    rules VARCHAR NOT NULL, -- Names of the broken rules, comma separated; 'unreadable' if no mention.
    reason VARCHAR NOT NULL, -- What is wrong, for a person.
    raw VARCHAR, -- The row as JSON; for an unreadable record, the record as it came.
    raw_page VARCHAR, -- Landing path of the raw page.
    quarantined TIMESTAMP NOT NULL, -- When (UTC).
    released TIMESTAMP, -- When a person released it (UTC); NULL: it is still held.
    released_batch VARCHAR -- The batch in which it went back.
)
