-- The days of incidents that were told since, as they were and as they are; and the days that a
-- detector has looked at before any other did: the score's stability rests on both.
INSERT INTO days_due
WITH stretch AS (
    SELECT brand, opened AS starts, closed AS ends
    FROM core.incident
    WHERE known_from > $since OR known_to > $since
    UNION ALL
    SELECT
        brand,
        min(looked_from) FILTER (known_from > $since),
        min(looked_from) FILTER (known_from <= $since)
    FROM core.detector_run
    GROUP BY brand
),

last_day AS (
    SELECT
        greatest(
            (SELECT max(collected) FROM core.load),
            (SELECT max(day) FROM core.brand_day),
            (SELECT max(day) FROM core.keyword_day)
        ) + INTERVAL 1 DAY AS day
),

dated AS (
    SELECT
        h.brand,
        unnest(generate_series(
            timezone(h.timezone, timezone('UTC', s.starts))::DATE::TIMESTAMP,
            coalesce(
                timezone(h.timezone, timezone('UTC', s.ends))::DATE::TIMESTAMP,
                (SELECT day FROM last_day)
            ),
            INTERVAL 1 DAY
        ))::DATE AS day
    FROM stretch AS s
    JOIN brand_home AS h ON h.brand = s.brand
    WHERE s.starts IS NOT NULL AND (s.ends IS NULL OR s.starts <= s.ends)
)

SELECT DISTINCT brand, day
FROM dated
EXCEPT
SELECT brand, day
FROM days_due
