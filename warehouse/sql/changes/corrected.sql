-- What people say of texts that are as they read them, for fitting on: of the text alone where the
-- scorer judged the whole of it, else of the clauses about the brand.
WITH now AS (
    SELECT
        c.mention_id,
        v.content_hash,
        c.brand,
        c.label,
        v.title,
        v.text,
        v.published
    FROM core.label_correction AS c
    JOIN core.mention_version AS v
        ON v.mention_id = c.mention_id AND v.valid_to IS NULL AND v.known_to IS NULL
    WHERE c.known_to IS NULL AND core.text_hash(v.title, v.text) = c.text_hash
)

SELECT
    n.mention_id::VARCHAR AS mention_id, n.content_hash, n.brand, b.score_language AS language, n.title,
    n.text, n.label, b.whole_text
FROM now AS n
JOIN core.brand_score AS b
    ON b.mention_id = n.mention_id AND b.brand = n.brand AND b.known_to IS NULL
ORDER BY n.mention_id, n.brand
