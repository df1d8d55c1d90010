-- The last score of each text that was labelled, of the content that was labelled. Row by row as asked.
WITH wanted AS (
    SELECT w.place, w.mention_id::UUID AS mention_id, w.content_hash, w.brand
    FROM (SELECT unnest($wanted) AS w)
),

found AS (
    SELECT w.place, s.*
    FROM wanted AS w
    JOIN core.brand_score AS s
        ON s.mention_id = w.mention_id AND s.content_hash = w.content_hash AND s.brand = w.brand
    QUALIFY row_number() OVER (PARTITION BY w.place ORDER BY s.known_from DESC) = 1
)

SELECT w.place, f.given, f.confidence, f.scorer, f.scorer_version, f.score_language
FROM wanted AS w
LEFT JOIN found AS f ON f.place = w.place
ORDER BY w.place
