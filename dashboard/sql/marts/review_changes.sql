-- marts.review_changes: reviews removed, or edited after an answer, by month.
SELECT *
FROM marts.review_changes
WHERE brand = $brand
    AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month
LIMIT $limit OFFSET $offset
