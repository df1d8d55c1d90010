-- This watch's hits that are no more, and other watches' that were of words now gone.
UPDATE core.driver_hit AS h
SET known_to = $known
FROM arrival AS a
WHERE a.mention_id = h.mention_id
    AND a.verdict <> 'late'
    AND h.known_to IS NULL
    AND CASE
        WHEN h.watch <> $watch THEN a.verdict = 'changed'
        ELSE NOT EXISTS (
            SELECT 1
            FROM driving AS n
            WHERE n.mention_id = h.mention_id
                AND n.driver = h.driver
                AND n.matched = h.matched
                AND n.label = h.label
                AND core.same_number(n.compound, h.compound)
        )
    END
