UPDATE core.gold_label AS g
SET known_to = $known
FROM labelled AS n
WHERE n.changed
    AND g.mention_id = n.mention_id
    AND g.content_hash = n.content_hash
    AND g.brand = n.brand
    AND g.known_to IS NULL
