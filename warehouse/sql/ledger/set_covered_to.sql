-- Until when the walk has collected without a gap behind: what a walk that stopped early covered is
-- not behind the cursor.
UPDATE core.cursor
SET covered_to = (
    SELECT max(covered_to) FROM core.complete_coverage WHERE walk_id = $walk_id AND end_reached
)
WHERE walk_id = $walk_id
