-- Known ones that turn out to be older.
UPDATE core.voice_text AS t
SET published = k.told
FROM known_text AS k
WHERE k.id = t.rowid AND k.told < k.published
