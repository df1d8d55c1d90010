SELECT *
FROM core.mention_version
WHERE rowid BETWEEN $first AND $last
ORDER BY raw_page
