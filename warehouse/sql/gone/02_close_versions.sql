-- What we took to hold without end, we know better now.
UPDATE core.mention_version AS v
SET known_to = $known
FROM departing AS d
WHERE d.certain
    AND d.mention_id = v.mention_id
    AND v.valid_to IS NULL
    AND v.known_to IS NULL
    AND v.known_from < $known
