SELECT mart, definition, hash
FROM core.definition
WHERE known_to IS NULL
ORDER BY mart
