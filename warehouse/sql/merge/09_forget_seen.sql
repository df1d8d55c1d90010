DELETE FROM core.seen AS k
USING arrival AS a
WHERE a.mention_id = k.mention_id AND a.fresh
