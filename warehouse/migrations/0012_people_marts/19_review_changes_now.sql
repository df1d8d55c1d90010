-- One row a brand and month in which reviews were published: how many of them their source shows no
-- more, and how ratings changed that were edited after an answer. Every review counts, copies too.
-- A figure from too few (core.minimum) is NULL, never 0. Intervals are Wilson's of 95 %.
-- columns: core.review_changes
CREATE VIEW marts.review_changes AS
SELECT * EXCLUDE (known_to)
FROM core.review_changes
WHERE known_to IS NULL
