-- The brands, each with the watch file whose rules hold for it: its own before a competitor's.
SELECT
    brand,
    arg_min(watch, (NOT own, watch)) AS watch,
    bool_or(own) AS own,
    arg_min(timezone, (NOT own, watch)) AS timezone
FROM core.brand
GROUP BY brand
ORDER BY brand
