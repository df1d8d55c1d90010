-- Mentions of a watch's brands, by source and day, where all of them can be heard alike: what share of
-- voice is computed from.
CREATE TABLE core.watch_day (
    watch VARCHAR NOT NULL, -- The watch file.
    brand VARCHAR NOT NULL, -- The brand or competitor.
    source VARCHAR NOT NULL, -- Name of the connector.
    day DATE NOT NULL, -- The day, in the time zone of the watch.
    mentions BIGINT NOT NULL -- Unique voices.
)
