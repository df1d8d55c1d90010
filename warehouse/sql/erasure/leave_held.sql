DELETE FROM held
WHERE list_contains($rows, rowid)
