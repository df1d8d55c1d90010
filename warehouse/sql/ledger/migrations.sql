SELECT number, name, hash
FROM core.migration
ORDER BY number
