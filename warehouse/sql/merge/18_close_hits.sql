-- This watch's hits that are no more, and other watches' that were of words now gone.
UPDATE core.keyword_hit AS h
SET known_to = $known
FROM arrival AS a
WHERE a.mention_id = h.mention_id
    AND a.verdict <> 'late'
    AND h.known_to IS NULL
    AND CASE
        WHEN h.watch <> $watch THEN a.verdict = 'changed'
        ELSE NOT EXISTS (
            SELECT 1
            FROM hitting AS n
            WHERE n.mention_id = h.mention_id
                AND n.brand = h.brand
                AND n.keyword = h.keyword
                AND n.hits = h.hits
                AND n.matched IS NOT DISTINCT FROM h.matched
        )
    END
