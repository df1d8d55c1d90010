-- Touches one row if this attempt may still write, none if it was overtaken.
UPDATE core.fence
SET used = $known
WHERE fence = $fence
