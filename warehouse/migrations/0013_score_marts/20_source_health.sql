-- As versions: all that marts.source_health ever told, and from when to when it did.
-- One row a source of a watch: how it is, as of the last collecting (as_of). Figures of _28 are of the 28
-- days before that. What is only known of sources that tell it is NULL elsewhere.
CREATE TABLE core.source_health (
    watch VARCHAR NOT NULL, -- The watch file.
    source VARCHAR NOT NULL, -- Name of the connector.
    as_of TIMESTAMP, -- The last collecting of any source (UTC), which ages are counted to; NULL: there was none.
    newest_published TIMESTAMP, -- When the newest mention of it that is known was published (UTC).
    hours_since_newest DOUBLE, -- From then to as_of; at a quiet place this is long without a fault.
    last_collected TIMESTAMP, -- When its last batch landed (UTC).
    last_success TIMESTAMP, -- When a walk of it last came to its end without being stopped (UTC).
    hours_since_success DOUBLE, -- From then to as_of.
    last_stopped_by VARCHAR, -- What stopped its last walk, for people; NULL: nothing.
    walks BIGINT NOT NULL, -- Walks that the watch files declare of it; where they declare none, those seen.
    coverage DOUBLE, -- 0..1, of the 28 whole UTC days before as_of and all its walks, the share of days of a walk
    -- that were collected whole; NULL where it has no walk.
    open_gaps BIGINT NOT NULL, -- Stretches that are not collected.
    oldest_gap TIMESTAMP, -- Where the oldest of them begins (UTC); NULL: none, or at the source's beginning.
    batches_28 BIGINT NOT NULL, -- Batches merged.
    rows_in_28 BIGINT NOT NULL, -- Mentions and unreadable records that landed.
    new_28 BIGINT NOT NULL, -- Of these, mentions not known before.
    changed_28 BIGINT NOT NULL, -- Of these, mentions with a new version.
    duplicate_28 BIGINT NOT NULL, -- Of these, further rows of a mention within a batch.
    duplicate_share DOUBLE, -- 0..1, duplicate_28 / rows_in_28.
    quarantined_28 BIGINT NOT NULL, -- Of these, those that went to quarantine.
    quarantine_share DOUBLE, -- 0..1, quarantined_28 / rows_in_28.
    held BIGINT NOT NULL, -- Rows in quarantine now that nobody has released.
    disappeared_28 BIGINT NOT NULL, -- Mentions that the source was seen to show no more.
    mentions_28 BIGINT NOT NULL, -- Mentions published in the 28 days to as_of, with copies, once for each brand of
    -- the watch that they are about.
    scored_28 BIGINT NOT NULL, -- Of these, with a score.
    scored_share DOUBLE, -- 0..1, scored_28 / mentions_28.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
