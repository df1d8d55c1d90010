-- Mentions that were gone and have been seen since.
UPDATE core.gone AS g
SET returned = a.starts
FROM arrival AS a
WHERE a.mention_id = g.mention_id AND g.returned IS NULL AND a.verdict = 'changed'
