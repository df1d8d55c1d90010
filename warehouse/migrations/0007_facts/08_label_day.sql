-- Labels given to the voices of each brand and day, in lots of one scorer, version and language.
CREATE TABLE core.label_day (
    brand VARCHAR NOT NULL, -- The brand.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    scorer VARCHAR, -- Which scorer.
    scorer_version VARCHAR, -- Version of the scorer and its data.
    score_language VARCHAR, -- Language that the scorer relied on; NULL where it is unknown.
    positive BIGINT NOT NULL, -- Mentions labelled positive.
    neutral BIGINT NOT NULL, -- Labelled neutral.
    negative BIGINT NOT NULL -- Labelled negative.
)
