-- Mentions and negatives of a brand by quarter of an hour (UTC), voices counted; quarters without any
-- have no row.
SELECT
    time_bucket(INTERVAL 15 MINUTE, published) AS starts,
    count(*) AS mentions,
    count(*) FILTER (label = 'negative') AS negative
FROM core.said
WHERE brand = $brand
    AND first_copy
    AND published >= $since::TIMESTAMP
    AND published < $until::TIMESTAMP
GROUP BY ALL
ORDER BY starts
