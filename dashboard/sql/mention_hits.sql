-- The queries and drivers that a mention counts for, with the words that make it so.
SELECT 'keyword' AS what, keyword AS name, matched, NULL AS label
FROM core.keyword_hit
WHERE mention_id = $id::UUID AND brand = $brand AND known_to IS NULL
UNION
SELECT 'driver' AS what, driver AS name, h.matched, h.label
FROM core.driver_hit AS h
WHERE h.mention_id = $id::UUID
    AND h.known_to IS NULL
    AND h.driver IN (SELECT driver FROM core.driver_said WHERE mention_id = $id::UUID AND brand = $brand)
ORDER BY what DESC, name
