-- The ledger: one row a merged batch. What landed is what was merged, or the row is refused.
CREATE TABLE core.load (
    batch_id VARCHAR NOT NULL, -- The landed batch.
    walk_id VARCHAR NOT NULL, -- The walk that left it.
    label VARCHAR NOT NULL, -- The walk's name for people.
    source VARCHAR NOT NULL, -- Name of the connector.
    watch VARCHAR NOT NULL, -- The watch file.
    about VARCHAR, -- The brand that everything there is about, or NULL.
    run VARCHAR NOT NULL, -- The run that collected it.
    attempt INTEGER NOT NULL, -- Which try of the run.
    part INTEGER NOT NULL, -- Which batch of the walk in that attempt, from 1 without holes.
    collected TIMESTAMP NOT NULL, -- When it landed (UTC).
    rows_in BIGINT NOT NULL, -- Mentions that landed.
    rejected BIGINT NOT NULL, -- Records that landed unreadable.
    new BIGINT NOT NULL, -- Mentions not known before.
    changed BIGINT NOT NULL, -- Mentions with a new version.
    unchanged BIGINT NOT NULL, -- Mentions equal to what is known, or collected before it.
    duplicate BIGINT NOT NULL, -- Further rows of a mention within the batch; the latest was taken.
    quarantined BIGINT NOT NULL, -- Rows and unreadable records that went to quarantine.
    cursor JSON, -- Where the walk goes on once this and all earlier parts are merged.
    mentions_path VARCHAR NOT NULL, -- Landing path of its mentions.
    rejected_path VARCHAR, -- Landing path of its unreadable records, if any.
    fence BIGINT NOT NULL, -- The load attempt that merged it.
    started TIMESTAMP NOT NULL, -- When the merge began (UTC).
    finished TIMESTAMP NOT NULL, -- known_from of all that it brought (UTC); rises from merge to merge.
    gone BIGINT DEFAULT 0, -- Mentions that had a current version and were told to be gone; no rows, so not in the sum.
    erased BIGINT NOT NULL DEFAULT 0, -- Rows of what was erased: left out when the batch was merged, or taken out
    -- of new, changed and quarantined since.
    CHECK (rows_in + rejected = new + changed + unchanged + duplicate + quarantined + erased)
)
