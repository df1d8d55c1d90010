-- Facts: one row a mention as it is now and a declared query that it hit, likewise.
CREATE TABLE core.keyword_said (
    brand VARCHAR NOT NULL, -- The brand whose watch file declares the query.
    keyword VARCHAR NOT NULL, -- Name of the query.
    day DATE NOT NULL, -- When it was published, in the brand's time zone.
    mention_id UUID NOT NULL, -- The mention.
    voice UBIGINT NOT NULL, -- Equal for copies of one text.
    published TIMESTAMP NOT NULL, -- When it was published (UTC).
    hits BIGINT NOT NULL, -- How many times the query's words stand in it.
    label VARCHAR NOT NULL, -- positive, neutral, negative or unscored: of the whole text.
    first_copy BOOLEAN NOT NULL -- The earliest copy of its voice with the keyword.
)
