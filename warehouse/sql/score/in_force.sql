SELECT brand, part, weight, valid_from, valid_to
FROM core.weight
ORDER BY brand NULLS FIRST, valid_from, part
