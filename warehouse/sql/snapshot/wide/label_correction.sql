-- What people corrected, without what they said to that.
SELECT * REPLACE (NULL AS why)
FROM core.label_correction
