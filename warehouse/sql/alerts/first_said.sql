-- When each brand was first spoken of (UTC).
SELECT brand, min(published) AS published
FROM core.said
GROUP BY brand
