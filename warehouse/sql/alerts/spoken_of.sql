-- Queries and drivers that these mentions hit, the most frequent first.
WITH wanted AS (SELECT unnest($ids::UUID[]) AS mention_id),

hit AS (
    SELECT 'keyword' AS what, keyword AS name, mention_id
    FROM core.keyword_said
    SEMI JOIN wanted USING (mention_id)
    UNION ALL
    SELECT 'driver', driver, mention_id
    FROM core.driver_said
    SEMI JOIN wanted USING (mention_id)
    WHERE brand = $brand
)

SELECT what, name
FROM hit
GROUP BY what, name
ORDER BY what, count(DISTINCT mention_id) DESC, name
