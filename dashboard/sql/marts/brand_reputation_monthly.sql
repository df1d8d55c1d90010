-- marts.brand_reputation_monthly: reputation by month: those that the period touches.
SELECT *
FROM marts.brand_reputation_monthly
WHERE brand = $brand
    AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month
LIMIT $limit OFFSET $offset
