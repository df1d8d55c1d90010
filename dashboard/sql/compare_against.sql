-- The brands that a watch file names, its own ones first.
SELECT brand, own
FROM core.brand
WHERE watch = $watch
ORDER BY own DESC, brand
