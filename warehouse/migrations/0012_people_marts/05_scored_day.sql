-- Mentions with a score by brand and day, and those of them that speak of a driver: what driver_share
-- is computed from. Surveys and all else (the public) apart.
CREATE TABLE core.scored_day (
    brand VARCHAR NOT NULL, -- The brand.
    driver VARCHAR, -- The driver; NULL: all of the brand's mentions.
    day DATE NOT NULL, -- The day, in the brand's time zone.
    survey BOOLEAN NOT NULL, -- Whether these are open answers of surveys.
    scored BIGINT NOT NULL -- Unique voices with a score, on the day of the earliest copy.
)
