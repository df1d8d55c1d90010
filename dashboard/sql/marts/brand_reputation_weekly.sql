-- marts.brand_reputation_weekly: reputation by week: those that the period touches.
SELECT *
FROM marts.brand_reputation_weekly
WHERE brand = $brand
    AND week BETWEEN date_trunc('week', $first::DATE) AND $last
ORDER BY week
LIMIT $limit OFFSET $offset
