INSERT INTO core.keyword_hit
SELECT n.mention_id, $watch, n.brand, n.keyword, n.matched, n.hits, $known, NULL
FROM hitting AS n
WHERE NOT EXISTS (
    SELECT 1
    FROM core.keyword_hit AS h
    WHERE h.mention_id = n.mention_id
        AND h.watch = $watch
        AND h.known_to IS NULL
        AND h.brand = n.brand
        AND h.keyword = n.keyword
        AND h.hits = n.hits
        AND h.matched IS NOT DISTINCT FROM n.matched
)
