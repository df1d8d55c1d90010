-- Labels that a scorer was fitted on: they say nothing about how right that version is.
CREATE TABLE core.gold_taught (
    scorer VARCHAR NOT NULL, -- Which scorer.
    scorer_version VARCHAR NOT NULL, -- The version that was fitted.
    mention_id UUID NOT NULL, -- The mention.
    content_hash VARCHAR NOT NULL, -- The content that was labelled.
    known_from TIMESTAMP NOT NULL -- It was fitted then (UTC).
)
