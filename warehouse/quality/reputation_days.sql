-- A brand has each day once, without holes from its first to its last.
-- table: marts.brand_reputation_daily
-- severity: fail
SELECT count(*) AS failing, min(brand, $examples) AS examples
FROM (
    SELECT brand
    FROM marts.brand_reputation_daily
    GROUP BY brand
    HAVING count(*) <> count(DISTINCT day) OR count(*) <> max(day) - min(day) + 1
)
