-- Mentions as they are now: the open version of each, with its latest counts.
-- columns: core.mention_version
CREATE VIEW core.mention AS
SELECT v.* REPLACE (
    e.likes AS likes,
    e.replies AS replies,
    e.shares AS shares,
    e.views AS views,
    e.author_followers AS author_followers
)
FROM core.mention_version AS v
LEFT JOIN core.engagement AS e ON e.mention_id = v.mention_id AND e.until IS NULL
WHERE v.valid_to IS NULL AND v.known_to IS NULL
