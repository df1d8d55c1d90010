-- Near copies among all that share a band and are not in one group yet.
WITH standing AS (
    SELECT s.*, m.grouped
    FROM shared AS s
    JOIN met AS m ON m.text = s.text
)

SELECT DISTINCT s.grouped, o.grouped AS other
FROM standing AS s
JOIN standing AS o ON o.band = s.band AND o.grouped <> s.grouped
WHERE s.is_new
    AND (NOT o.is_new OR s.text < o.text)
    AND core.near_copy(s.sketch_low, s.sketch_high, o.sketch_low, o.sketch_high)
