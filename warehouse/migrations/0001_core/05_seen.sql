-- When each mention was last collected, changed or not: tells late pages from news.
CREATE TABLE core.seen (
    mention_id UUID NOT NULL, -- The mention.
    collected TIMESTAMP NOT NULL -- When it was collected last (UTC).
)
