-- The latest counts of a mention.
SELECT likes, replies, shares, "views", author_followers, observed
FROM core.engagement
WHERE mention_id = $id::UUID AND until IS NULL
