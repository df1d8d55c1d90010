-- marts.perception_gap: what customers tell us against what they tell the public, by month.
SELECT *
FROM marts.perception_gap
WHERE brand = $brand
    AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month, driver
LIMIT $limit OFFSET $offset
