-- In which watches a mention of a brand counts for share of voice, by source and by whether it stands
-- at a place where everything is about one brand: sources that tell of any brand, and those where
-- every brand of the watch has a place of its own; a brand's own page alone would tell of nobody else.
CREATE OR REPLACE TEMP TABLE hearing AS
WITH balanced AS (
    SELECT s.watch, s.source
    FROM core.watched_source AS s
    WHERE s.about IS NOT NULL
    GROUP BY s.watch, s.source
    HAVING count(DISTINCT s.about) = (SELECT count(*) FROM core.brand AS b WHERE b.watch = s.watch)
)

SELECT b.brand, s.source, p.placed, list(DISTINCT b.watch ORDER BY b.watch) AS watches
FROM core.brand AS b
JOIN core.watched_source AS s ON s.watch = b.watch
CROSS JOIN (VALUES (false), (true)) AS p (placed)
WHERE NOT p.placed
    OR EXISTS (SELECT 1 FROM balanced AS l WHERE l.watch = s.watch AND l.source = s.source)
GROUP BY ALL
