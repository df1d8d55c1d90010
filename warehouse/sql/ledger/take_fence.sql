UPDATE core.fence
SET fence = fence + 1, holder = $holder, taken = $now
RETURNING fence
