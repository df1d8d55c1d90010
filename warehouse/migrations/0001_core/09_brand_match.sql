-- Which brands a mention is about, and why. An open known_to marks the matches that count.
-- Each watch tells its own: two watches that collect one mention don't undo each other's matches.
CREATE TABLE core.brand_match (
    mention_id UUID NOT NULL, -- The mention.
    watch VARCHAR NOT NULL, -- The watch file whose source brought the mention.
    brand VARCHAR NOT NULL, -- The brand it is about.
    how VARCHAR NOT NULL, -- place: everything there is about the brand; text: its words matched.
    matched VARCHAR, -- The words that matched.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP -- We took it otherwise from then (UTC); NULL: this match counts.
)
