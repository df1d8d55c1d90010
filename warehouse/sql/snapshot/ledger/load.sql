-- Which batches are merged; where each of them would go on from is not asked again.
SELECT * REPLACE (NULL AS cursor)
FROM core.load
