INSERT INTO core.brand_match
SELECT n.mention_id, $watch, n.brand, n.how, n.matched, $known, NULL
FROM matching AS n
WHERE NOT EXISTS (
    SELECT 1
    FROM core.brand_match AS m
    WHERE m.mention_id = n.mention_id
        AND m.watch = $watch
        AND m.known_to IS NULL
        AND m.brand = n.brand
        AND m.how = n.how
        AND m.matched IS NOT DISTINCT FROM n.matched
)
