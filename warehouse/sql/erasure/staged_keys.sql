SELECT rowid, source, place, external_id, author, parent_id
FROM staged
