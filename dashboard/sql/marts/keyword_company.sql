-- marts.keyword_company: what stands beside keywords, by month.
SELECT *
FROM marts.keyword_company
WHERE brand = $brand
    AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month, keyword, place, form, company
LIMIT $limit OFFSET $offset
