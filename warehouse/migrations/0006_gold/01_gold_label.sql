-- Labels that people gave to texts: what scorers are measured by. An open known_to marks the label
-- that counts; an edited one closes the one before.
CREATE TABLE core.gold_label (
    mention_id UUID NOT NULL, -- The mention.
    content_hash VARCHAR NOT NULL, -- The content that was labelled.
    brand VARCHAR NOT NULL, -- The brand that it was labelled for: how the text speaks of it.
    language VARCHAR, -- Language of the text as known when it was drawn; NULL where it was unknown.
    gold VARCHAR NOT NULL, -- positive, neutral, negative; unclear where people can't tell.
    weight DOUBLE NOT NULL, -- How many of the brand's mentions in the language it stood for when drawn.
    labelled DATE NOT NULL, -- The day that it was labelled, or first stored.
    labeller VARCHAR, -- Who labelled it, if they said; readers of the snapshot see it.
    known_from TIMESTAMP NOT NULL, -- It was stored then (UTC).
    known_to TIMESTAMP, -- Another label was stored then (UTC); NULL: this one counts.
    CHECK (gold IN ('positive', 'neutral', 'negative', 'unclear')),
    CHECK (weight > 0)
)
