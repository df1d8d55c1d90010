-- marts.author_reach as it was told at time t (UTC).
CREATE OR REPLACE MACRO marts.author_reach_as_of(t) AS TABLE
WITH last AS (
    SELECT brand, max(day) AS day
    FROM core.brand_reputation_daily
    WHERE known_from <= t AND (known_to IS NULL OR known_to > t)
    GROUP BY brand
),

told AS (
    SELECT l.brand, l.day, sum(core.nano(d.coverage)) / (count(*) * 1e9) AS coverage
    FROM last AS l
    JOIN core.brand_reputation_daily AS d ON d.brand = l.brand AND d.day > l.day - 28
    WHERE d.known_from <= t AND (d.known_to IS NULL OR d.known_to > t)
    GROUP BY l.brand, l.day
)

SELECT
    s.day,
    r.brand,
    r.author,
    r.rank,
    s.coverage,
    r.* EXCLUDE (brand, author, rank, known_to)
FROM core.author_reach AS r
LEFT JOIN told AS s ON s.brand = r.brand
WHERE r.known_from <= t AND (r.known_to IS NULL OR r.known_to > t)
