UPDATE core.score AS s
SET known_to = $known
FROM rescored AS r
WHERE r.mention_id = s.mention_id AND s.known_to IS NULL
