-- One row a brand, driver and day on which, or in the 27 days before which, the public spoke of the
-- driver; other days have no row. How often and in what mood; surveys are left out
-- (marts.perception_gap has them). A figure from too few (core.minimum) is NULL, never 0. Intervals
-- are of 95 %, as in brand_reputation_daily.
-- columns: core.brand_driver_daily
CREATE VIEW marts.brand_driver_daily AS
SELECT * EXCLUDE (known_to)
FROM core.brand_driver_daily
WHERE known_to IS NULL
