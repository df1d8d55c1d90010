SELECT *
FROM core.migration
