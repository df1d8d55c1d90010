DELETE FROM core.review_change AS r
USING touched AS t
WHERE t.mention_id = r.mention_id
