-- One row a brand and author, by pseudonym: the 100 authors of each brand whom most people may have
-- heard in the last 28 days, those whose sources tell no followers after the others by how often
-- they spoke. Answers to surveys are left out.
-- columns: core.author_reach
CREATE VIEW marts.author_reach AS
WITH last AS (
    SELECT brand, max(day) AS day
    FROM core.brand_reputation_daily
    WHERE known_to IS NULL
    GROUP BY brand
),

told AS (
    SELECT l.brand, l.day, sum(core.nano(d.coverage)) / (count(*) * 1e9) AS coverage
    FROM last AS l
    JOIN core.brand_reputation_daily AS d ON d.brand = l.brand AND d.day > l.day - 28
    WHERE d.known_to IS NULL
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
WHERE r.known_to IS NULL
