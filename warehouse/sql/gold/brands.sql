-- The brands that there are, and those that anything is about.
SELECT brand FROM core.brand
UNION
SELECT brand FROM core.brand_match WHERE known_to IS NULL
ORDER BY brand
