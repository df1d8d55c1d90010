-- Counts that are news: told, collected later than the last ones, and different.
CREATE OR REPLACE TEMP TABLE observed AS
SELECT a.mention_id, a.collected, a.likes, a.replies, a.shares, a.views, a.author_followers
FROM arrival AS a
LEFT JOIN core.engagement AS e ON e.mention_id = a.mention_id AND e.until IS NULL
WHERE a.fresh
    AND coalesce(a.likes, a.replies, a.shares, a.views, a.author_followers) IS NOT NULL
    AND (
        e.mention_id IS NULL
        OR a.likes IS DISTINCT FROM e.likes
        OR a.replies IS DISTINCT FROM e.replies
        OR a.shares IS DISTINCT FROM e.shares
        OR a.views IS DISTINCT FROM e.views
        OR a.author_followers IS DISTINCT FROM e.author_followers
    )
