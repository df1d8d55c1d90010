-- When each brand was last spoken of (UTC).
SELECT brand, max(published) AS published
FROM core.said
GROUP BY brand
