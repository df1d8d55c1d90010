INSERT INTO core.driver_hit
SELECT n.mention_id, $watch, n.driver, n.matched, n.label, n.compound, $known, NULL
FROM driving AS n
WHERE NOT EXISTS (
    SELECT 1
    FROM core.driver_hit AS h
    WHERE h.mention_id = n.mention_id
        AND h.watch = $watch
        AND h.known_to IS NULL
        AND h.driver = n.driver
        AND h.matched = n.matched
        AND h.label = n.label
        AND core.same_number(h.compound, n.compound)
)
