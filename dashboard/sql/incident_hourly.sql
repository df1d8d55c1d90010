-- Mentions and negatives of a brand by hour (UTC), voices counted; hours without any have no row.
SELECT
    date_trunc('hour', published) AS starts,
    count(*) AS mentions,
    count(*) FILTER (label = 'negative') AS negative,
    count(*) FILTER (label <> 'unscored') AS scored
FROM core.said
WHERE brand = $brand
    AND first_copy
    AND published >= $since::TIMESTAMP
    AND published < $until::TIMESTAMP
GROUP BY ALL
ORDER BY starts
