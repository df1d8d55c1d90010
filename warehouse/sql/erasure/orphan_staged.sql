-- Replies to what was erased stay, and name it no more.
UPDATE staged
SET parent_id = NULL
WHERE list_contains($rows, rowid)
