-- As versions: all that marts.response_daily ever told, and from when to when it did.
-- One row a brand, source that allows answers, and day on which an answer was given, or on which or
-- in the 27 days before which a review was received; other days have no row. The cohort are the
-- reviews received then, whenever they were answered; responses are the answers given on the day. A
-- figure from too few (core.minimum) is NULL, never 0. Intervals are Wilson's of 95 %.
CREATE TABLE core.response_daily (
    day DATE NOT NULL, -- The day, in the brand's time zone.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    source VARCHAR NOT NULL, -- Name of the connector.
    coverage DOUBLE NOT NULL, -- 0..1, as of the brand and day; below 1 the counts are lower bounds.
    received BIGINT NOT NULL, -- Reviews received on the day, as unique voices: the cohort. A voice is
    -- counted at the source of its earliest answerable review.
    received_positive BIGINT NOT NULL, -- Of these, rated positive (4 and 5 of 5 stars).
    received_neutral BIGINT NOT NULL, -- Of these, rated neutral (3 of 5).
    received_negative BIGINT NOT NULL, -- Of these, rated negative (1 and 2 of 5).
    answered BIGINT NOT NULL, -- Of the cohort, those that have an answer by now, whenever it came.
    answered_positive BIGINT NOT NULL, -- Of these, rated positive.
    answered_neutral BIGINT NOT NULL, -- Of these, rated neutral.
    answered_negative BIGINT NOT NULL, -- Of these, rated negative.
    open BIGINT NOT NULL, -- Of the cohort, those without an answer.
    oldest_open TIMESTAMP, -- When the oldest of these was published (UTC); NULL where none is open.
    response_rate DOUBLE, -- 0..1, answered / received.
    response_rate_low DOUBLE, -- Lower end of its interval.
    response_rate_high DOUBLE, -- Upper end of its interval.
    n_answered_in_target BIGINT NOT NULL, -- Of the cohort, those of which we know it: an answer without a
    -- time, first seen after the target, is left out.
    answered_in_target DOUBLE, -- 0..1, share of these answered within the brand's target hours.
    answered_in_target_low DOUBLE, -- Lower end of its interval.
    answered_in_target_high DOUBLE, -- Upper end of its interval.
    n_response_time BIGINT NOT NULL, -- Of the cohort, those whose first answer's time the source tells.
    response_time_median DOUBLE, -- Hours from the review to its first answer, the median of these; those
    -- that are open are not in it.
    responses BIGINT NOT NULL, -- First answers given on the day, to reviews of any time.
    received_28 BIGINT NOT NULL, -- Reviews received in the 28 days up to and with this one, as unique
    -- voices: the cohort. A voice is counted at the source of its earliest answerable review.
    answered_28 BIGINT NOT NULL, -- Of the cohort, those that have an answer by now, whenever it came.
    open_28 BIGINT NOT NULL, -- Of the cohort, those without an answer.
    oldest_open_28 TIMESTAMP, -- When the oldest of these was published (UTC); NULL where none is open.
    response_rate_28 DOUBLE, -- 0..1, answered_28 / received_28.
    response_rate_28_low DOUBLE, -- Lower end of its interval.
    response_rate_28_high DOUBLE, -- Upper end of its interval.
    n_answered_in_target_28 BIGINT NOT NULL, -- Of the cohort, those of which we know it: an answer without a
    -- time, first seen after the target, is left out.
    answered_in_target_28 DOUBLE, -- 0..1, share of these answered within the brand's target hours.
    answered_in_target_28_low DOUBLE, -- Lower end of its interval.
    answered_in_target_28_high DOUBLE, -- Upper end of its interval.
    n_response_time_28 BIGINT NOT NULL, -- Of the cohort, those whose first answer's time the source tells.
    response_time_median_28 DOUBLE, -- Hours from the review to its first answer, the median of these; those
    -- that are open are not in it.
    known_from TIMESTAMP NOT NULL, -- We told this row from then (UTC).
    known_to TIMESTAMP -- We told another from then (UTC); NULL: this row is told now.
)
