-- Facts: one row a mention as it is now, a brand that it is about, and a driver that it speaks of.
CREATE TABLE core.driver_said (
    brand VARCHAR NOT NULL, -- The brand.
    driver VARCHAR NOT NULL, -- price, quality, service ..., or one that a watch file declares.
    day DATE NOT NULL, -- When it was published, in the brand's time zone.
    mention_id UUID NOT NULL, -- The mention.
    voice UBIGINT NOT NULL, -- Equal for copies of one text.
    published TIMESTAMP NOT NULL, -- When it was published (UTC).
    kind VARCHAR NOT NULL, -- What sort of statement it is.
    label VARCHAR NOT NULL, -- Sentiment of the clauses that name the driver.
    compound DOUBLE, -- -1..1, likewise; NULL where unscored.
    first_copy BOOLEAN NOT NULL -- The earliest copy of its voice with the driver.
)
