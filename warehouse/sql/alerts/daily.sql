-- Mentions of a brand by day (UTC), voices counted.
SELECT date_trunc('day', published) AS day, count(*) AS mentions
FROM core.said
WHERE brand = $brand AND first_copy AND published >= $since AND published < $until
GROUP BY ALL
ORDER BY day
