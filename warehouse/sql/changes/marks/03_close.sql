UPDATE core.answer_mark AS k
SET known_to = $known
FROM last_mark AS l
WHERE l.mention_id = k.mention_id AND l.brand = k.brand AND k.known_to IS NULL
