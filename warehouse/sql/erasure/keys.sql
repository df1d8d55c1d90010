SELECT DISTINCT source, place, external_id, mention_id::VARCHAR AS mention_id
FROM core.mention_version
