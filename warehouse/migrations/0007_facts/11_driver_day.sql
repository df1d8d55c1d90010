-- Sums of core.driver_said by brand, driver and day, of surveys and of all else (the public) apart.
CREATE TABLE core.driver_day (
    brand VARCHAR NOT NULL, -- The brand.
    driver VARCHAR NOT NULL, -- The driver.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    survey BOOLEAN NOT NULL, -- Whether these are open answers of surveys.
    exposures BIGINT NOT NULL, -- Mentions with all their copies, each on its own day.
    mentions BIGINT NOT NULL, -- Unique voices, on the day of the earliest copy.
    positive BIGINT NOT NULL, -- Of these, positive about the driver.
    neutral BIGINT NOT NULL, -- Neutral about it.
    negative BIGINT NOT NULL -- Negative about it.
)
