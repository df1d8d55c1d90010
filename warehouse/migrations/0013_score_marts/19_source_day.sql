-- Sums of core.said by brand, source and day.
CREATE TABLE core.source_day (
    brand VARCHAR NOT NULL, -- The brand.
    source VARCHAR NOT NULL, -- Name of the connector.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    exposures BIGINT NOT NULL, -- Mentions with all their copies.
    scored BIGINT NOT NULL, -- Of these, with a score.
    newest TIMESTAMP NOT NULL -- When the newest of them was published (UTC).
)
