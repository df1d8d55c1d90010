-- One row a keyword and day, without holes: how often it was hit, in what mood, and whether it is
-- rising. A figure from too few (core.minimum) is NULL, never 0. Intervals are of 95 %, as in
-- brand_reputation_daily.
-- columns: core.keyword_daily
CREATE VIEW marts.keyword_daily AS
SELECT * EXCLUDE (known_to)
FROM core.keyword_daily
WHERE known_to IS NULL
