-- Versions that this very batch brought: nobody has known them without their end.
UPDATE core.mention_version AS v
SET valid_to = d.gone_from
FROM departing AS d
WHERE d.certain
    AND d.mention_id = v.mention_id
    AND v.valid_to IS NULL
    AND v.known_to IS NULL
    AND v.known_from = $known
