SELECT kind, hash
FROM core.tombstone
