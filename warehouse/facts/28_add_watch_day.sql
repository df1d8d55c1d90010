INSERT INTO core.watch_day BY NAME
WITH around AS (  -- a watch's day and the brand's own day are of two time zones
    SELECT DISTINCT brand, unnest([day - 2, day - 1, day, day + 1, day + 2]) AS day
    FROM watch_days_due
),

heard AS (
    SELECT s.brand, s.source, s.published, unnest(s.heard_in) AS watch
    FROM core.said AS s
    SEMI JOIN around AS a ON a.brand = s.brand AND a.day = s.day
),

dated AS (
    SELECT
        h.watch,
        h.brand,
        h.source,
        timezone(b.timezone, timezone('UTC', h.published))::DATE AS day
    FROM heard AS h
    JOIN core.brand AS b ON b.watch = h.watch AND b.brand = h.brand
)

SELECT h.watch, h.brand, h.source, h.day, count(*) AS mentions
FROM dated AS h
SEMI JOIN watch_days_due AS d ON d.watch = h.watch AND d.brand = h.brand AND d.day = h.day
GROUP BY ALL
