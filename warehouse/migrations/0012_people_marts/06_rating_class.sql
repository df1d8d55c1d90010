-- What a rating of 0..1, in 1e-9, says: of five stars 4 and 5 are positive, 3 is neutral, 1 and 2 are
-- negative.
CREATE MACRO core.rating_class(rating) AS
    CASE
        WHEN rating > 600000000 THEN 'positive'
        WHEN rating < 400000000 THEN 'negative'
        WHEN rating IS NOT NULL THEN 'neutral'
    END
