UPDATE core.definition
SET known_to = $told
WHERE mart = $mart AND known_to IS NULL
