-- As versions: all that marts.brand_driver_daily ever told, and from when to when it did.
-- One row a brand, driver and day on which, or in the 27 days before which, the public spoke of the
-- driver; other days have no row. How often and in what mood; surveys are left out
-- (marts.perception_gap has them). A figure from too few (core.minimum) is NULL, never 0. Intervals
-- are of 95 %, as in brand_reputation_daily.
CREATE TABLE core.brand_driver_daily (
    day DATE NOT NULL, -- The day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    driver VARCHAR NOT NULL, -- price, quality, service ..., or one that a watch file declares.
    coverage DOUBLE NOT NULL, -- 0..1, as of the brand and day; below 1 the counts are lower bounds.
    mentions BIGINT NOT NULL, -- Unique voices that speak of the driver, on the day of the earliest copy that
    -- does.
    exposures BIGINT NOT NULL, -- Mentions that speak of it with all their copies, each on its own day.
    scored BIGINT NOT NULL, -- Mentions whose words about the driver have a score.
    scored_share DOUBLE, -- 0..1, scored / mentions.
    positive BIGINT NOT NULL, -- Mentions that are positive about the driver, whatever they say of all else.
    neutral BIGINT NOT NULL, -- Neutral about it.
    negative BIGINT NOT NULL, -- Negative about it.
    n_driver_share BIGINT NOT NULL, -- The brand's mentions with a score, of the day, surveys left out.
    with_driver BIGINT NOT NULL, -- Of these, those that speak of the driver.
    driver_share DOUBLE, -- 0..1, with_driver / n_driver_share.
    driver_share_low DOUBLE, -- Lower end of its interval.
    driver_share_high DOUBLE, -- Upper end of its interval.
    driver_net DOUBLE, -- -1..1, (positive - negative) / scored.
    driver_net_low DOUBLE, -- Lower end of its interval.
    driver_net_high DOUBLE, -- Upper end of its interval.
    negative_share DOUBLE, -- 0..1, negative / scored.
    negative_share_low DOUBLE, -- Lower end of its interval.
    negative_share_high DOUBLE, -- Upper end of its interval.
    mentions_28 BIGINT NOT NULL, -- Likewise, of the 28 days up to and with this one.
    exposures_28 BIGINT NOT NULL, -- Likewise.
    scored_28 BIGINT NOT NULL, -- Likewise.
    scored_share_28 DOUBLE, -- 0..1, scored_28 / mentions_28.
    positive_28 BIGINT NOT NULL, -- Likewise.
    neutral_28 BIGINT NOT NULL, -- Likewise.
    negative_28 BIGINT NOT NULL, -- Likewise.
    n_driver_share_28 BIGINT NOT NULL, -- The brand's mentions with a score, of the 28 days up to and with
    -- this one, surveys left out.
    with_driver_28 BIGINT NOT NULL, -- Of these, those that speak of the driver.
    driver_share_28 DOUBLE, -- 0..1, with_driver_28 / n_driver_share_28.
    driver_share_28_low DOUBLE, -- Lower end of its interval.
    driver_share_28_high DOUBLE, -- Upper end of its interval.
    driver_net_28 DOUBLE, -- -1..1, (positive_28 - negative_28) / scored_28.
    driver_net_28_low DOUBLE, -- Lower end of its interval.
    driver_net_28_high DOUBLE, -- Upper end of its interval.
    negative_share_28 DOUBLE, -- 0..1, negative_28 / scored_28.
    negative_share_28_low DOUBLE, -- Lower end of its interval.
    negative_share_28_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
