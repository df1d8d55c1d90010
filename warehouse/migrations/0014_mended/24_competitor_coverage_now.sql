COMMENT ON COLUMN marts.competitor_matrix.coverage IS
    '0..1, the least coverage of a day of the month: of either brand, and of any that the watch compares; below 1 the counts are lower bounds.'
