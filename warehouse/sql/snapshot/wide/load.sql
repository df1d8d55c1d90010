-- The ledger without the cursors: these may hold identifiers of mentions and addresses.
SELECT * REPLACE (NULL AS cursor)
FROM core.load
