-- Receipts: what was erased, told and forgotten about people, without saying about whom. One row a
-- request that was carried out, or a sweep that found something to do. Rows are never altered.
CREATE TABLE core.erasure (
    erasure VARCHAR NOT NULL, -- Name of the request.
    kind VARCHAR NOT NULL, -- erase; again: tombstones applied anew; export: told to the person; retention.
    who VARCHAR NOT NULL, -- Who asked for it, as the program was told; '' in the snapshot that all read.
    reason VARCHAR NOT NULL, -- Why: request, law, mistake or policy.
    subjects BIGINT NOT NULL, -- How many mentions, authors and sources were asked for.
    counts JSON NOT NULL, -- What was removed (export: told), by layer.
    left_out VARCHAR[] NOT NULL, -- Places that could not be reached, and what to do there.
    asked TIMESTAMP NOT NULL, -- When it was asked for (UTC).
    finished TIMESTAMP NOT NULL, -- When it was done (UTC).
    CHECK (kind IN ('erase', 'again', 'export', 'retention'))
)
