-- The closed rows as we know them now: the content held until its source showed it no more.
INSERT INTO core.mention_version
SELECT v.* REPLACE (d.gone_from AS valid_to, $known AS known_from, NULL AS known_to)
FROM core.mention_version AS v
JOIN departing AS d
    ON d.mention_id = v.mention_id AND d.valid_from = v.valid_from AND d.known_from = v.known_from
WHERE d.certain AND v.known_to = $known AND v.valid_to IS NULL
