-- When the newest mention of any brand was published (UTC).
SELECT max(published)
FROM core.said
