-- Since when any mart's rows are kept.
SELECT min(known_from)
FROM core.definition
