-- The current mentions to score again, each with the walk's watch file and brand by which its content
-- came, numbered within those.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT
    m.mention_id,
    l.watch,
    l.about,
    row_number() OVER (PARTITION BY l.watch, l.about ORDER BY m.mention_id) AS place
FROM core.mention AS m
JOIN core.load AS l ON l.batch_id = m.batch_id
WHERE ($since::TIMESTAMP IS NULL OR m.published >= $since)
    AND (
        $brand::VARCHAR IS NULL
        OR EXISTS (
            SELECT 1
            FROM core.brand_match AS b
            WHERE b.mention_id = m.mention_id AND b.brand = $brand AND b.known_to IS NULL
        )
    )
