-- One row a brand, driver and month in which the public or surveys spoke of the driver: what each
-- says of it, and how far they are apart. A figure from too few (core.minimum) is NULL, never 0; a
-- gap needs enough of both. Intervals are of 95 %: Wilson's for shares, Bonett and Price's for net
-- sentiment, Zou and Donner's for the gap.
-- columns: core.perception_gap
CREATE VIEW marts.perception_gap AS
SELECT * EXCLUDE (known_to)
FROM core.perception_gap
WHERE known_to IS NULL
