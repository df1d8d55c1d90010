-- marts.competitor_matrix: the brand against each rival, by month.
SELECT *
FROM marts.competitor_matrix
WHERE brand = $brand
    AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month, rival
LIMIT $limit OFFSET $offset
