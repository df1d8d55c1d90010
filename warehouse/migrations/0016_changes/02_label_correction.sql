-- How people say that mentions speak of brands, as versions: it counts in place of what scorers say,
-- whichever of them scores the mention again, as long as its title and text are what was read.
CREATE TABLE core.label_correction (
    mention_id UUID NOT NULL, -- The mention.
    brand VARCHAR NOT NULL, -- The brand: how the text speaks of it.
    content_hash VARCHAR NOT NULL, -- The content that was read.
    text_hash VARCHAR NOT NULL, -- Of its title and text: an edited text is the scorer's again.
    label VARCHAR NOT NULL, -- positive, neutral or negative; unclear where nobody can tell: unscored.
    why VARCHAR, -- What the person said to that; never in the snapshot that all read.
    known_from TIMESTAMP NOT NULL, -- It counts from then (UTC).
    known_to TIMESTAMP, -- Another was given from then, or it was taken back (UTC); NULL: it counts.
    CHECK (label IN ('positive', 'neutral', 'negative', 'unclear'))
)
