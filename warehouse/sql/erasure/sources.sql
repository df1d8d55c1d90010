SELECT DISTINCT source
FROM core.mention_version
UNION
SELECT DISTINCT source
FROM core.load
