-- Mentions that one visit did not find listed where they should have been. Another visit that misses
-- them, too, makes them gone; one that finds them makes the row mean nothing.
CREATE TABLE core.missed (
    mention_id UUID NOT NULL, -- The mention.
    noticed TIMESTAMP NOT NULL, -- When it was missed first (UTC).
    batch_id VARCHAR NOT NULL -- The landed batch that told.
)
