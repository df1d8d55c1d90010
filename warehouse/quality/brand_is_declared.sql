-- No row is of a brand that no watch file declares. '' is none: such a row is about the installation.
-- each: brand
-- severity: fail
SELECT count(*) AS failing, min(DISTINCT brand, $examples) AS examples
FROM query_table($mart)
WHERE brand <> '' AND brand NOT IN (SELECT brand FROM core.brand)
