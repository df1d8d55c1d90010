INSERT INTO core.engagement
SELECT
    mention_id, collected, NULL, likes, replies, shares, views, author_followers, $batch_id
FROM observed
