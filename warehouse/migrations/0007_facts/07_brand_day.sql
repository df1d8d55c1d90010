-- Sums of core.said by brand and day; days on which nothing was said have no row.
CREATE TABLE core.brand_day (
    brand VARCHAR NOT NULL, -- The brand.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    exposures BIGINT NOT NULL, -- Mentions with all their copies, each on its own day.
    mentions BIGINT NOT NULL, -- Unique voices, on the day of the earliest copy.
    positive BIGINT NOT NULL, -- Of these, labelled positive.
    neutral BIGINT NOT NULL, -- Labelled neutral.
    negative BIGINT NOT NULL, -- Labelled negative.
    ratings BIGINT NOT NULL, -- Reviews with a rating, as unique voices.
    rated HUGEINT NOT NULL, -- Sum of their ratings, in 1e-9.
    asked BIGINT NOT NULL, -- Reviews at sources that allow answers, as unique voices.
    answered BIGINT NOT NULL, -- Of these, with an answer.
    timed BIGINT NOT NULL, -- Of these, where it is known whether an answer came within the target.
    in_target BIGINT NOT NULL, -- Of these, where it did.
    nps BIGINT NOT NULL, -- Survey answers on a scale of 0..10.
    promoters BIGINT NOT NULL, -- Of these, 9 and 10.
    detractors BIGINT NOT NULL, -- Of these, 0 to 6.
    csat BIGINT NOT NULL, -- Survey answers on a scale of 1..5, 1..7 or 0..1.
    satisfied BIGINT NOT NULL -- Of these, the top two, the top three, the good.
)
