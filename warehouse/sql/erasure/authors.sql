SELECT DISTINCT source, author
FROM core.mention_version
WHERE author IS NOT NULL
