-- What people said of a mention's label, as of a brand, the newest first.
SELECT label, content_hash, known_from, known_to
FROM core.label_correction
WHERE mention_id = $id::UUID AND brand = $brand
ORDER BY known_from DESC
