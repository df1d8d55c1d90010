-- The coverage of an incident's days: the least, and how many were not collected to their end.
SELECT min(coverage) AS coverage, count(*) AS days, count(*) FILTER (coverage < 1) AS incomplete
FROM marts.brand_reputation_daily
WHERE brand = $brand AND day BETWEEN $first AND $last
