-- Weights of the parts of the reputation score. A brand's own set replaces the default set.
CREATE TABLE core.weight (
    brand VARCHAR, -- The brand; NULL: the default.
    part VARCHAR NOT NULL, -- sentiment, rating, response, attention, surveys or stability.
    weight DOUBLE NOT NULL, -- 0..1; a set sums to 1.
    valid_from DATE NOT NULL, -- First day.
    valid_to DATE, -- Day after the last; NULL: still in force.
    CHECK (weight BETWEEN 0 AND 1),
    CHECK (part IN ('sentiment', 'rating', 'response', 'attention', 'surveys', 'stability'))
)
