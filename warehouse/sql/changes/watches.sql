SELECT DISTINCT watch
FROM core.brand
