-- marts.incidents: incidents open within the period (its days as of UTC).
SELECT *
FROM marts.incidents
WHERE brand = $brand
    AND opened < $last::DATE + 1
    AND (closed IS NULL OR closed >= $first::DATE)
ORDER BY opened DESC, incident_id
LIMIT $limit OFFSET $offset
