-- The brands and competitors of the watch files.
CREATE TABLE core.brand (
    watch VARCHAR NOT NULL, -- The watch file.
    brand VARCHAR NOT NULL, -- The brand's name.
    own BOOLEAN NOT NULL, -- true: the watched brand; false: a competitor.
    answer_target_hours DOUBLE NOT NULL, -- Hours within which a review should be answered.
    timezone VARCHAR NOT NULL, -- Time zone of its days.
    languages VARCHAR[] NOT NULL -- Languages that are scored.
)
