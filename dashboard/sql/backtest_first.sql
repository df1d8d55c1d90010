-- When the brand was first spoken of (UTC).
SELECT min(published) AS first_said
FROM core.said
WHERE brand = $brand
