-- What was told to whom, without what a channel said of it.
SELECT * REPLACE (NULL AS problem)
FROM core.delivery
