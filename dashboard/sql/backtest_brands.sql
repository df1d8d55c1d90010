-- The brands that are watched, by name.
SELECT DISTINCT brand
FROM core.brand
ORDER BY brand
