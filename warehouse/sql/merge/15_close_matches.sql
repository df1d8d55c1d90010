-- This watch's matches that are no more, and other watches' that were of words now gone.
UPDATE core.brand_match AS m
SET known_to = $known
FROM arrival AS a
WHERE a.mention_id = m.mention_id
    AND a.verdict <> 'late'
    AND m.known_to IS NULL
    AND CASE
        WHEN m.watch <> $watch THEN a.verdict = 'changed' AND m.how = 'text'
        ELSE NOT EXISTS (
            SELECT 1
            FROM matching AS n
            WHERE n.mention_id = m.mention_id
                AND n.brand = m.brand
                AND n.how = m.how
                AND n.matched IS NOT DISTINCT FROM m.matched
                AND n.label IS NOT DISTINCT FROM m.label
                AND core.same_number(n.compound, m.compound)
        )
    END
