-- What the public said of a brand's drivers in a period, by source: each voice with a driver once, at
-- the source of its earliest copy.
WITH told AS (
    SELECT d.driver, s.source, d.label
    FROM core.driver_said AS d
    JOIN core.said AS s ON s.brand = d.brand AND s.mention_id = d.mention_id
    WHERE d.brand = $brand
        AND d.day BETWEEN $first AND $last
        AND d.first_copy
        AND d.kind <> 'survey'
),

counted AS (
    SELECT
        driver,
        source AS part,
        count(*) AS mentions,
        count(*) FILTER (label <> 'unscored') AS scored,
        count(*) FILTER (label = 'positive') AS positive,
        count(*) FILTER (label = 'neutral') AS neutral,
        count(*) FILTER (label = 'negative') AS negative
    FROM told
    GROUP BY ALL
)

SELECT
    c.*,
    CASE WHEN c.scored >= l.n THEN (c.positive - c.negative) / c.scored END AS driver_net,
    CASE WHEN c.scored >= l.n THEN core.net_low(c.positive, c.negative, c.scored) END AS driver_net_low,
    CASE WHEN c.scored >= l.n THEN core.net_high(c.positive, c.negative, c.scored) END AS driver_net_high
FROM counted AS c
JOIN core.minimum AS l ON l.figure = 'driver_net'
ORDER BY c.driver, c.part
