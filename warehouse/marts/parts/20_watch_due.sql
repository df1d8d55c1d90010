-- The watches' days to tell again, of what is told of all brands of a watch together: days of which
-- one of its brands has a row that is due, those that figures of 28 days look back from, and those of
-- which more or less of what is compared is collected than was told.
CREATE OR REPLACE TEMP TABLE watch_due AS
WITH dated AS (
    SELECT DISTINCT b.watch, p.day
    FROM core.brand AS b
    JOIN spine AS p ON p.brand = b.brand
),

told AS (
    SELECT watch, day, min(coverage) AS coverage
    FROM core.share_of_voice_daily
    WHERE known_to IS NULL
    GROUP BY watch, day
),

changed AS (
    SELECT b.watch, d.day
    FROM core.brand AS b
    JOIN due AS d ON d.brand = b.brand AND d.near
    UNION
    SELECT p.watch, p.day
    FROM watch_days_due AS d
    JOIN dated AS p ON p.watch = d.watch AND p.day BETWEEN d.day AND d.day + 27
    UNION
    SELECT c.watch, c.day
    FROM compared_day AS c
    JOIN told AS t ON t.watch = c.watch AND t.day = c.day
    WHERE t.coverage <> c.coverage
)

SELECT w.watch, w.day
FROM dated AS w
SEMI JOIN changed AS c ON c.watch = w.watch AND c.day = w.day
