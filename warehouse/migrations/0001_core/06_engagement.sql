-- Observations of the counts that move all the time; a row only where a count had changed.
CREATE TABLE core.engagement (
    mention_id UUID NOT NULL, -- The mention.
    observed TIMESTAMP NOT NULL, -- When these counts were collected first (UTC).
    until TIMESTAMP, -- When other counts were collected (UTC); NULL: these are the latest.
    likes BIGINT, -- Likes, points or helpful votes.
    replies BIGINT, -- Replies or comments.
    shares BIGINT, -- Reposts, boosts and quotes.
    views BIGINT, -- Views or plays.
    author_followers BIGINT, -- Followers of the author when collected.
    batch_id VARCHAR NOT NULL -- The landed batch that brought them.
)
