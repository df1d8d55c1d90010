-- What needs attention now, and what was the matter lately? Incidents, the open ones first.
-- $days = 28: Of incidents that are over: how many days back.
-- $brand: The brand; all if none is named.
SELECT
    brand,
    severity,
    CASE WHEN closed IS NULL THEN 'open' ELSE 'over' END AS state,
    opened,
    closed,
    sentence AS what,
    list_transform(words[:3], lambda w: w)::VARCHAR AS words,
    lower_bound
FROM marts.incidents
WHERE ($brand::VARCHAR IS NULL OR brand = $brand)
    AND (closed IS NULL OR closed >= (SELECT max(collected) FROM core.load) - to_days($days::INTEGER))
ORDER BY closed IS NULL DESC, opened DESC
