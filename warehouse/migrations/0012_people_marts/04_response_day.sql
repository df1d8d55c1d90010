-- Sums of the reviews in core.said by brand, source and day.
CREATE TABLE core.response_day (
    brand VARCHAR NOT NULL, -- The brand.
    source VARCHAR NOT NULL, -- Name of the connector.
    day DATE NOT NULL, -- When they were published, in the brand's time zone.
    reviews BIGINT NOT NULL, -- Reviews that the source shows, with all copies, answerable or not.
    received BIGINT NOT NULL, -- Reviews at sources that allow answers, as unique voices.
    received_positive BIGINT NOT NULL, -- Of these, rated positive (core.rating_class).
    received_neutral BIGINT NOT NULL, -- Rated neutral.
    received_negative BIGINT NOT NULL, -- Rated negative.
    answered BIGINT NOT NULL, -- Of those received, with an answer.
    answered_positive BIGINT NOT NULL, -- Of these, rated positive.
    answered_neutral BIGINT NOT NULL, -- Rated neutral.
    answered_negative BIGINT NOT NULL, -- Rated negative.
    timed BIGINT NOT NULL, -- Of those received, where it is known whether an answer came within the target.
    in_target BIGINT NOT NULL, -- Of these, where it did.
    oldest_open TIMESTAMP -- When the oldest unanswered one was published (UTC); NULL where none is open.
)
