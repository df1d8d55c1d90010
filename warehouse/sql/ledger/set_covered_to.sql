UPDATE core.cursor
SET covered_to = (SELECT max(covered_to) FROM core.complete_coverage WHERE walk_id = $walk_id)
WHERE walk_id = $walk_id
