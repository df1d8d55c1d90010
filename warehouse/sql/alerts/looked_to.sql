-- Until when all brands have been looked at; NULL where one never was.
SELECT CASE WHEN count(*) = count(looked_to) THEN min(looked_to) END
FROM (SELECT DISTINCT brand FROM core.brand) AS b
LEFT JOIN (
    SELECT brand, max(looked_to) AS looked_to FROM core.detector_run GROUP BY brand
) AS r ON r.brand = b.brand
