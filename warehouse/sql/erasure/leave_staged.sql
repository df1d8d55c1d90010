DELETE FROM staged
WHERE list_contains($rows, rowid)
