-- Weights that were in force and are no more, since others were put in their place.
CREATE TABLE core.weight_past (
    brand VARCHAR, -- The brand; NULL: the default.
    part VARCHAR NOT NULL, -- sentiment, rating, response, attention, surveys or stability.
    weight DOUBLE NOT NULL, -- 0..1; a set sums to 1.
    valid_from DATE NOT NULL, -- First day.
    valid_to DATE, -- Day after the last; NULL: without end.
    known_from TIMESTAMP NOT NULL, -- In force since then (UTC).
    known_to TIMESTAMP NOT NULL -- Until then (UTC).
)
