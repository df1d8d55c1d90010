-- Facts: one row a review and brand where the source shows the review no more, or where it was edited
-- after an answer.
CREATE TABLE core.review_change (
    brand VARCHAR NOT NULL, -- The brand.
    day DATE NOT NULL, -- When the review was published, in the brand's time zone.
    mention_id UUID NOT NULL, -- The review.
    removed BOOLEAN NOT NULL, -- Whether its source shows it no more.
    change BIGINT -- Rating after the edit minus rating when it was answered, each scaled to 0..1, in 1e-9;
    -- NULL where words and stars stayed for 90 days, or there are no stars.
)
