-- What we took to hold without end, we know better now.
UPDATE core.mention_version AS v
SET known_to = $known
FROM arrival AS a
WHERE a.mention_id = v.mention_id
    AND v.valid_to IS NULL
    AND v.known_to IS NULL
    AND (a.verdict = 'changed' OR (a.verdict = 'unchanged' AND a.revoiced))
