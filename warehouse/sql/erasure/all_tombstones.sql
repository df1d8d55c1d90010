SELECT kind, hash, made, reason, erasure
FROM core.tombstone
