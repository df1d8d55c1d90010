-- As versions: all that marts.author_reach ever told, and from when to when it did.
-- One row a brand and author, by pseudonym: the 100 authors of each brand whom most people may have
-- heard in the last 28 days, those whose sources tell no followers after the others by how often
-- they spoke. Answers to surveys are left out.
CREATE TABLE core.author_reach (
    day DATE NOT NULL, -- Last of the 28 days, in the brand's time zone: the last day that there is.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    author VARCHAR NOT NULL, -- Pseudonym of the author: a keyed hash of source and handle.
    rank BIGINT NOT NULL, -- 1 to 100: by reach, then by mentions.
    sources VARCHAR[] NOT NULL, -- Names of the connectors that they were heard through.
    mentions BIGINT NOT NULL, -- Unique voices of which the author's is the earliest copy.
    exposures BIGINT NOT NULL, -- All mentions of the author, copies too.
    days BIGINT NOT NULL, -- Days on which the author spoke of the brand.
    followers BIGINT, -- Followers when last told; NULL where the source tells nothing.
    reach BIGINT, -- Sum of followers over these days, once a day: an estimate of exposure, not of people.
    scored BIGINT NOT NULL, -- Mentions with a score.
    scored_share DOUBLE, -- 0..1, scored / mentions.
    positive BIGINT NOT NULL, -- Mentions labelled positive.
    neutral BIGINT NOT NULL, -- Mentions labelled neutral.
    negative BIGINT NOT NULL, -- Mentions labelled negative.
    net_sentiment DOUBLE, -- -1..1, (positive - negative) / scored; NULL where these are too few
    -- (core.minimum).
    net_sentiment_low DOUBLE, -- Lower end of its interval.
    net_sentiment_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
