-- Whether more than a third of the file is blocks that nothing uses.
SELECT free_blocks > 32 AND free_blocks * 3 > total_blocks
FROM pragma_database_size()
WHERE database_name = 'publishing'
