DELETE FROM core.cursor
WHERE walk_id IN (SELECT walk_id FROM next_cursor)
