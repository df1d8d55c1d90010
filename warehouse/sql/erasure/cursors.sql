SELECT rowid, cursor::VARCHAR, source IN (SELECT source FROM doomed_source)
FROM core.cursor
