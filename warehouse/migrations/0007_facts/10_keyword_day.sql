-- Sums of core.keyword_said by brand, keyword and day; days without a hit have no row.
CREATE TABLE core.keyword_day (
    brand VARCHAR NOT NULL, -- The brand whose watch file declares the query.
    keyword VARCHAR NOT NULL, -- Name of the query.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    exposures BIGINT NOT NULL, -- Mentions with all their copies, each on its own day.
    mentions BIGINT NOT NULL, -- Unique voices, on the day of the earliest copy.
    hits BIGINT NOT NULL, -- How many times the query's words stand in these.
    positive BIGINT NOT NULL, -- Mentions labelled positive.
    neutral BIGINT NOT NULL, -- Labelled neutral.
    negative BIGINT NOT NULL -- Labelled negative.
)
