-- One incident as it stands, and the time zone of its brand.
SELECT i.*, coalesce(b.timezone, 'UTC') AS timezone, coalesce(b.own, false) AS own
FROM marts.incidents AS i
LEFT JOIN core.brand AS b ON b.watch = i.watch AND b.brand = i.brand
WHERE i.incident_id = $incident_id
