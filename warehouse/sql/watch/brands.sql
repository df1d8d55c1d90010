SELECT brand
FROM core.brand
GROUP BY brand
ORDER BY bool_or(own) DESC, brand
