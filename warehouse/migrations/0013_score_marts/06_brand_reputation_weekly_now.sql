-- One row a brand and ISO week: what was said of it, how it was rated and answered, computed from
-- the week's sums, never from figures of its days. A figure from too few (core.minimum) is NULL,
-- never 0. Intervals (_low, _high) are of 95 %, as in brand_reputation_daily.
-- columns: core.brand_reputation_weekly
CREATE VIEW marts.brand_reputation_weekly AS
SELECT * EXCLUDE (known_to)
FROM core.brand_reputation_weekly
WHERE known_to IS NULL
