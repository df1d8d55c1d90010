-- What the public said of the drivers of a brand and of the others of its watch file, in a period.
WITH counted AS (
    SELECT
        d.driver,
        d.brand AS part,
        b.own,
        sum(d.mentions)::BIGINT AS mentions,
        sum(d.scored)::BIGINT AS scored,
        sum(d.positive)::BIGINT AS positive,
        sum(d.neutral)::BIGINT AS neutral,
        sum(d.negative)::BIGINT AS negative,
        -- the running day can't have been collected to its end
        min(d.coverage) FILTER (d.day < $newest) AS coverage
    FROM marts.brand_driver_daily AS d
    JOIN core.brand AS b ON b.brand = d.brand AND b.watch = $watch
    WHERE d.day BETWEEN $first AND $last
    GROUP BY d.driver, d.brand, b.own
)

SELECT
    c.*,
    CASE WHEN c.scored >= l.n THEN (c.positive - c.negative) / c.scored END AS driver_net,
    CASE WHEN c.scored >= l.n THEN core.net_low(c.positive, c.negative, c.scored) END AS driver_net_low,
    CASE WHEN c.scored >= l.n THEN core.net_high(c.positive, c.negative, c.scored) END AS driver_net_high
FROM counted AS c
JOIN core.minimum AS l ON l.figure = 'driver_net'
WHERE c.mentions > 0
ORDER BY c.driver, c.own DESC, c.part
