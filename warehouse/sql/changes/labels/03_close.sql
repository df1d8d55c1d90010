UPDATE core.label_correction AS c
SET known_to = $known
FROM last_label AS l
WHERE l.mention_id = c.mention_id
    AND l.brand = c.brand
    AND l.text_hash = c.text_hash
    AND c.known_to IS NULL
