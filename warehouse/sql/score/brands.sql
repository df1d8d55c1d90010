SELECT DISTINCT brand
FROM core.brand
ORDER BY brand
