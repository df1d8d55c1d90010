-- The labels to store that are not what is known; changed: another label of the text is.
CREATE OR REPLACE TEMP TABLE labelled AS
SELECT n.*, g.mention_id IS NOT NULL AS changed
FROM (
    SELECT
        l.mention_id::UUID AS mention_id, l.content_hash, l.brand, l.language, l.gold, l.weight,
        l.labelled::DATE AS labelled, l.labeller
    FROM (SELECT unnest($labels) AS l)
) AS n
LEFT JOIN core.gold_label AS g
    ON g.mention_id = n.mention_id
    AND g.content_hash = n.content_hash
    AND g.brand = n.brand
    AND g.known_to IS NULL
WHERE g.mention_id IS NULL
    OR g.gold <> n.gold
    OR g.weight <> n.weight
    OR g.language IS DISTINCT FROM n.language
    OR g.labeller IS DISTINCT FROM n.labeller
