-- What people changed: one row a change, each once, whether it could be done or not. Rows are added,
-- never altered.
CREATE TABLE core.audit (
    change_id UUID NOT NULL, -- The change.
    made TIMESTAMP NOT NULL, -- When the person made it (UTC).
    taken_over TIMESTAMP NOT NULL, -- It has its effect from then (UTC).
    who VARCHAR NOT NULL, -- Who made it; '' in the snapshot that all read.
    role VARCHAR NOT NULL, -- The person's role then: viewer, editor or admin.
    kind VARCHAR NOT NULL, -- correct_label, mark_answer, incident, rule_snooze or release.
    target VARCHAR NOT NULL, -- What it was done to: mention and brand, incident, watch/rule, quarantined row.
    what VARCHAR, -- The change as JSON; NULL in the snapshot that all read where a row was released.
    words VARCHAR, -- What the person wrote: why, a note, an owner; never in the snapshot that all read.
    refused VARCHAR, -- Why it could not be done; NULL: it was done.
    CHECK (role IN ('viewer', 'editor', 'admin')),
    CHECK (kind IN ('correct_label', 'mark_answer', 'incident', 'rule_snooze', 'release'))
)
