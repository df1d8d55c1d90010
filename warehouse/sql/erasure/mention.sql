-- The mentions of an id, an address, or a row in quarantine.
SELECT source, place, external_id
FROM core.mention_version
WHERE mention_id = $id::UUID OR url = $url
UNION
SELECT source, place, external_id
FROM core.quarantine
WHERE quarantine_id = $quarantine_id AND source IS NOT NULL AND place IS NOT NULL AND external_id IS NOT NULL
