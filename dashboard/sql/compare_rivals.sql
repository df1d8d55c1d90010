-- A brand against its rivals in the months that touch a period, the latest first.
SELECT *
FROM marts.competitor_matrix
WHERE brand = $brand AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month DESC, rival
