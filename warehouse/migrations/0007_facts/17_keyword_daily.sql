-- As versions: all that marts.keyword_daily ever told, and from when to when it did.
-- One row a keyword and day, without holes: how often it was hit and in what mood. A figure from
-- too few (core.minimum) is NULL, never 0. Intervals are of 95 %, as in brand_reputation_daily.
CREATE TABLE core.keyword_daily (
    day DATE NOT NULL, -- The day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand whose watch file declares the query.
    keyword VARCHAR NOT NULL, -- Name of the query.
    coverage DOUBLE NOT NULL, -- 0..1, as of the brand; below 1 the counts are lower bounds.
    mentions BIGINT NOT NULL, -- Unique voices that hit it, on the day of the earliest copy.
    exposures BIGINT NOT NULL, -- Mentions that hit it with all their copies, each on its own day.
    hits BIGINT NOT NULL, -- How many times its words stand in the mentions of the day.
    scored BIGINT NOT NULL, -- Mentions with a score: what the sentiment figures are computed from.
    scored_share DOUBLE, -- 0..1, scored / mentions.
    positive BIGINT NOT NULL, -- Mentions labelled positive.
    neutral BIGINT NOT NULL, -- Mentions labelled neutral.
    negative BIGINT NOT NULL, -- Mentions labelled negative.
    net_sentiment DOUBLE, -- -1..1, (positive - negative) / scored.
    net_sentiment_low DOUBLE, -- Lower end of its interval.
    net_sentiment_high DOUBLE, -- Upper end of its interval.
    net_sentiment_polar DOUBLE, -- -1..1, (positive - negative) / (positive + negative): neutral left out.
    net_sentiment_polar_low DOUBLE, -- Lower end of its interval.
    net_sentiment_polar_high DOUBLE, -- Upper end of its interval.
    negative_share DOUBLE, -- 0..1, negative / scored.
    negative_share_low DOUBLE, -- Lower end of its interval.
    negative_share_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
