-- Erasures of which there are tombstones and no receipt.
SELECT DISTINCT erasure
FROM core.tombstone
WHERE erasure NOT IN (SELECT erasure FROM core.erasure)
