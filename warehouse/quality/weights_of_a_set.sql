-- The weights of a set, the default one or a brand's own, sum to 1 on every day.
-- table: core.weight
-- severity: fail
-- most: 1e-9
WITH edge AS (
    SELECT brand, valid_from AS day
    FROM core.weight
    UNION
    SELECT brand, valid_to
    FROM core.weight
    WHERE valid_to IS NOT NULL
),

summed AS (
    SELECT e.brand, e.day, abs(sum(w.weight) - 1) AS off
    FROM edge AS e
    JOIN core.weight AS w
        ON w.brand IS NOT DISTINCT FROM e.brand
        AND e.day >= w.valid_from
        AND (w.valid_to IS NULL OR e.day < w.valid_to)
    GROUP BY e.brand, e.day
)

SELECT
    count(*) FILTER (off > $most) AS failing,
    min(coalesce(brand, 'default') || ' ' || day, $examples) FILTER (off > $most) AS examples,
    max(off) AS observed
FROM summed
