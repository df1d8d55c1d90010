-- One row a brand and day, without holes: what was said of it, how it was rated and answered, and
-- its reputation score with every part. A figure from too few (core.minimum) is NULL, never 0.
-- Intervals (_low, _high) are of 95 %: Wilson's for shares and for means of 0..1, Bonett and
-- Price's for a difference of two shares.
-- columns: core.brand_reputation_daily
CREATE VIEW marts.brand_reputation_daily AS
SELECT * EXCLUDE (known_to)
FROM core.brand_reputation_daily
WHERE known_to IS NULL
