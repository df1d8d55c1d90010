COMMENT ON COLUMN marts.author_reach.coverage IS
    '0..1, mean of the 28 days'' coverage of the brand; below 1 there may be more, or other, authors.'
