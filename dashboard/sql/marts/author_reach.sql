-- marts.author_reach: the authors most heard; of the last 28 days told, whatever the period.
SELECT *
FROM marts.author_reach
WHERE brand = $brand
ORDER BY rank
LIMIT $limit OFFSET $offset
