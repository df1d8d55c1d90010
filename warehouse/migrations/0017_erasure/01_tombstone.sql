-- What was erased, as keyed hashes: nothing brings it back. A copy of the file of tombstones beside
-- the warehouse; each has what the other lacks when a load begins.
CREATE TABLE core.tombstone (
    kind VARCHAR NOT NULL, -- mention, author (of a source), source, or mark: a word by which raw pages that tell of it are known.
    hash VARCHAR NOT NULL, -- 32 hex digits: a keyed BLAKE2b of it; nobody can go back without the key.
    made TIMESTAMP NOT NULL, -- When it was erased (UTC).
    reason VARCHAR NOT NULL, -- Why: request, law, mistake or policy.
    erasure VARCHAR NOT NULL, -- The erasure that made it, see core.erasure.
    CHECK (kind IN ('mention', 'author', 'source', 'mark'))
)
