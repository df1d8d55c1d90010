INSERT INTO core.brand_match BY NAME
SELECT
    n.mention_id, $watch AS watch, n.brand, n.how, n.matched, n.label, n.compound,
    $known AS known_from
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
        AND m.label IS NOT DISTINCT FROM n.label
        AND core.same_number(m.compound, n.compound)
)
