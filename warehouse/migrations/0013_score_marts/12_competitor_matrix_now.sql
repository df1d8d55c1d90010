-- One row a watch, its brand, a rival and a calendar month: how the two compare. Counts and shares are of
-- the month; rating_bayes and score are those of the month's last day that is told of, since they look
-- back by themselves. A figure from too few (core.minimum) is NULL, never 0, and so is what rests on it.
-- Intervals (_low, _high) are of 95 %: of the difference of two shares of the same mentions Bonett and
-- Price's, of the difference of two figures that were measured apart Zou and Donner's.
-- leads_ says who is ahead: brand, rival, or nobody where the interval of the difference holds 0.
-- columns: core.competitor_matrix
CREATE VIEW marts.competitor_matrix AS
SELECT * EXCLUDE (known_to)
FROM core.competitor_matrix
WHERE known_to IS NULL
