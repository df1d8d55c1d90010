-- When each walk went on, without where: that may hold identifiers of mentions and addresses.
SELECT * REPLACE ('null' AS cursor)
FROM core.cursor
