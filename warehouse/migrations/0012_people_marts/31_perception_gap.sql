-- As versions: all that marts.perception_gap ever told, and from when to when it did.
-- One row a brand, driver and month in which the public or surveys spoke of the driver: what each
-- says of it, and how far they are apart. A figure from too few (core.minimum) is NULL, never 0; a
-- gap needs enough of both. Intervals are of 95 %: Wilson's for shares, Bonett and Price's for net
-- sentiment, Zou and Donner's for the gap.
CREATE TABLE core.perception_gap (
    month DATE NOT NULL, -- First day of the month, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    driver VARCHAR NOT NULL, -- price, quality, service ..., or one that a watch file declares.
    coverage DOUBLE NOT NULL, -- 0..1, mean of the month's days; below 1 the counts are lower bounds.
    public_mentions BIGINT NOT NULL, -- Unique voices of the public that speak of the driver.
    public_scored BIGINT NOT NULL, -- Of these, those whose words about the driver have a score.
    public_positive BIGINT NOT NULL, -- Positive about the driver.
    public_neutral BIGINT NOT NULL, -- Neutral about it.
    public_negative BIGINT NOT NULL, -- Negative about it.
    public_all BIGINT NOT NULL, -- All voices of the public with a score, of the brand and month.
    public_with_driver BIGINT NOT NULL, -- Of these, those that speak of the driver.
    public_share DOUBLE, -- 0..1, public_with_driver / public_all: driver_share of the public.
    public_share_low DOUBLE, -- Lower end of its interval.
    public_share_high DOUBLE, -- Upper end of its interval.
    public_net DOUBLE, -- -1..1, (public_positive - public_negative) / public_scored: driver_net of the
    -- public.
    public_net_low DOUBLE, -- Lower end of its interval.
    public_net_high DOUBLE, -- Upper end of its interval.
    survey_mentions BIGINT NOT NULL, -- Unique voices of surveys' open answers that speak of the driver.
    survey_scored BIGINT NOT NULL, -- Of these, those whose words about the driver have a score.
    survey_positive BIGINT NOT NULL, -- Positive about the driver.
    survey_neutral BIGINT NOT NULL, -- Neutral about it.
    survey_negative BIGINT NOT NULL, -- Negative about it.
    survey_all BIGINT NOT NULL, -- All voices of surveys' open answers with a score, of the brand and month.
    survey_with_driver BIGINT NOT NULL, -- Of these, those that speak of the driver.
    survey_share DOUBLE, -- 0..1, survey_with_driver / survey_all: driver_share of surveys' open answers.
    survey_share_low DOUBLE, -- Lower end of its interval.
    survey_share_high DOUBLE, -- Upper end of its interval.
    survey_net DOUBLE, -- -1..1, (survey_positive - survey_negative) / survey_scored: driver_net of surveys'
    -- open answers.
    survey_net_low DOUBLE, -- Lower end of its interval.
    survey_net_high DOUBLE, -- Upper end of its interval.
    n_perception_gap BIGINT NOT NULL, -- The lesser of public_scored and survey_scored.
    perception_gap DOUBLE, -- -2..2, public_net - survey_net: below 0 the public thinks worse of it than
    -- those who are asked.
    perception_gap_low DOUBLE, -- Lower end of its interval.
    perception_gap_high DOUBLE, -- Upper end of its interval.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
