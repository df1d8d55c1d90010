-- Facts: one row a voice that was answered at a known time, by brand: its first answer.
CREATE TABLE core.answer_said (
    brand VARCHAR NOT NULL, -- The brand.
    source VARCHAR NOT NULL, -- Name of the connector: of the earliest of the voice's answerable reviews.
    day DATE NOT NULL, -- When it was answered first, in the brand's time zone.
    asked_day DATE NOT NULL, -- When that review was published, in the brand's time zone.
    mention_id UUID NOT NULL, -- That review.
    voice UBIGINT NOT NULL, -- Equal for copies of one text.
    seconds BIGINT NOT NULL -- From the review to the answer; 0 where the source's clocks have it before.
)
