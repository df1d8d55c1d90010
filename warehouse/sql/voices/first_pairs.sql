-- Near copies: each new text with one of each group that it shares a band with, of new texts with one.
WITH standing AS (
    SELECT s.*, m.grouped
    FROM shared AS s
    JOIN met AS m ON m.text = s.text
),

one AS (
    SELECT *
    FROM standing
    QUALIFY row_number() OVER (
        PARTITION BY band, is_new, CASE WHEN NOT is_new THEN grouped END ORDER BY text
    ) = 1
)

SELECT DISTINCT s.grouped, o.grouped AS other
FROM standing AS s
JOIN one AS o ON o.band = s.band AND o.grouped <> s.grouped
WHERE s.is_new AND core.near_copy(s.sketch_low, s.sketch_high, o.sketch_low, o.sketch_high)
