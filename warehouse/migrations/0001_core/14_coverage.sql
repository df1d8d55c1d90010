-- What each run of a walk covered, and what stopped it.
CREATE TABLE core.coverage (
    walk_id VARCHAR NOT NULL, -- The walk.
    label VARCHAR NOT NULL, -- Its name for people.
    source VARCHAR NOT NULL, -- Name of the connector.
    watch VARCHAR NOT NULL, -- The watch file.
    about VARCHAR, -- The brand that everything there is about, or NULL.
    run VARCHAR NOT NULL, -- The run.
    attempt INTEGER NOT NULL, -- Which try of the run.
    part INTEGER NOT NULL, -- The walk's last batch in that attempt; all up to it must be merged to count.
    batch_id VARCHAR NOT NULL, -- The batch that brought this row.
    started TIMESTAMP NOT NULL, -- When the walk began (UTC).
    ended TIMESTAMP NOT NULL, -- When it ended (UTC).
    pages BIGINT NOT NULL, -- Pages read.
    items BIGINT NOT NULL, -- Mentions read.
    end_reached BOOLEAN NOT NULL, -- Whether the walk came to its end.
    stopped_by VARCHAR, -- What stopped it before: a cap, an error; NULL where it was not stopped.
    declared_total BIGINT, -- How many the source says there are.
    covered_from TIMESTAMP, -- Covered from then (UTC); NULL: from the source's beginning.
    covered_to TIMESTAMP, -- Covered until then (UTC).
    gap_from TIMESTAMP, -- Not covered from then (UTC); NULL where there is no gap.
    gap_to TIMESTAMP -- Not covered until then (UTC); NULL where there is no gap.
)
