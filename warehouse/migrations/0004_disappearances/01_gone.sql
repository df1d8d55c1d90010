-- Mentions that their source showed no more, one row a disappearance. While returned is NULL there is
-- no current version of the mention.
CREATE TABLE core.gone (
    mention_id UUID NOT NULL, -- The mention.
    noticed TIMESTAMP NOT NULL, -- When its source was seen without it (UTC).
    gone_from TIMESTAMP NOT NULL, -- valid_to of its last version (UTC): noticed, if that began before.
    returned TIMESTAMP, -- valid_from of the version that came back (UTC); NULL: it is still gone.
    reason VARCHAR NOT NULL, -- What the source said, or how it was missed.
    batch_id VARCHAR NOT NULL -- The landed batch that told.
)
