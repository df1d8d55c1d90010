-- How many a figure must be computed from to be shown; below it is NULL, never 0.
CREATE TABLE core.minimum (
    figure VARCHAR NOT NULL, -- Name of the figure.
    n BIGINT NOT NULL -- The least number it is computed from.
)
