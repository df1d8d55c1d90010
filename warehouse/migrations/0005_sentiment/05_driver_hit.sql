-- Which perception drivers a mention speaks of. An open known_to marks the hits that count.
CREATE TABLE core.driver_hit (
    mention_id UUID NOT NULL, -- The mention.
    watch VARCHAR NOT NULL, -- The watch file whose source brought the mention.
    driver VARCHAR NOT NULL, -- price, quality, service ..., or one that the watch file declares.
    matched VARCHAR NOT NULL, -- The words that name it.
    label VARCHAR NOT NULL, -- Sentiment of the clauses that name it: positive, neutral, negative or unscored.
    compound DOUBLE, -- -1..1, likewise; NULL where unscored.
    known_from TIMESTAMP NOT NULL, -- We took it so from then (UTC).
    known_to TIMESTAMP -- We took it otherwise from then (UTC); NULL: this hit counts.
)
