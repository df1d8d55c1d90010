-- What the public says of a brand's drivers against what its customers tell surveys, in the months
-- that touch a period, the latest first.
SELECT
    g.*,
    m.complete
FROM marts.perception_gap AS g
LEFT JOIN marts.brand_reputation_monthly AS m ON m.brand = g.brand AND m.month = g.month
WHERE g.brand = $brand AND g.month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY g.month DESC, g.perception_gap NULLS LAST, g.driver
