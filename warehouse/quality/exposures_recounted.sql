-- The mart counts what core holds: of up to 30 brands' days that the last loads touched, the mentions
-- about the brand, counted again.
-- table: marts.brand_reputation_daily
-- severity: fail
WITH home AS (
    SELECT brand, timezone
    FROM core.brand
    QUALIFY row_number() OVER (PARTITION BY brand ORDER BY own DESC, watch) = 1
),

touched AS (
    SELECT DISTINCT h.brand, h.timezone, timezone(h.timezone, timezone('UTC', v.published))::DATE AS day
    FROM core.mention_version AS v
    JOIN core.brand_match AS m ON m.mention_id = v.mention_id AND m.known_to IS NULL
    JOIN home AS h ON h.brand = m.brand
    WHERE v.known_from >= $since AND v.published >= TIMESTAMP '1990-01-02'
    ORDER BY hash(h.brand, day)
    LIMIT 30
),

sampled AS (
    SELECT
        brand,
        day,
        timezone('UTC', timezone(timezone, day::TIMESTAMP)) AS starts,
        timezone('UTC', timezone(timezone, (day + 1)::TIMESTAMP)) AS ends
    FROM touched
),

dated AS (
    SELECT *, unnest([starts::DATE, starts::DATE + 1]) AS utc_day
    FROM sampled
),

said AS (
    SELECT s.brand, s.day, v.mention_id
    FROM core.mention_version AS v
    JOIN dated AS s
        ON s.utc_day = v.published::DATE
        AND v.published >= s.starts
        AND v.published < s.ends
    WHERE v.valid_to IS NULL AND v.known_to IS NULL
),

counted AS (
    SELECT d.brand, d.day, count(*) AS exposures
    FROM said AS d
    SEMI JOIN core.brand_match AS m
        ON m.mention_id = d.mention_id AND m.brand = d.brand AND m.known_to IS NULL
    GROUP BY d.brand, d.day
)

SELECT count(*) AS failing, min(s.brand || ' ' || s.day, $examples) AS examples
FROM sampled AS s
LEFT JOIN counted AS c ON c.brand = s.brand AND c.day = s.day
LEFT JOIN marts.brand_reputation_daily AS t ON t.brand = s.brand AND t.day = s.day
WHERE coalesce(c.exposures, 0) <> coalesce(t.exposures, 0)
