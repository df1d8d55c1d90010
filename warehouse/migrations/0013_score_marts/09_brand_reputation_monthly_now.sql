-- One row a brand and calendar month: what was said of it, how it was rated and answered, computed from
-- the month's sums, never from figures of its days. A figure from too few (core.minimum) is NULL,
-- never 0. Intervals (_low, _high) are of 95 %, as in brand_reputation_daily.
-- columns: core.brand_reputation_monthly
CREATE VIEW marts.brand_reputation_monthly AS
SELECT * EXCLUDE (known_to)
FROM core.brand_reputation_monthly
WHERE known_to IS NULL
