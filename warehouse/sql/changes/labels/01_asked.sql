-- The corrections asked for, in their order, each with what it is of and whether it can be done. A
-- content that was named must be one that the mention has had, else it is what it is now.
CREATE OR REPLACE TEMP TABLE asked_label AS
WITH asked AS (
    SELECT
        a.place::BIGINT AS place,
        a.mention_id::UUID AS mention_id,
        a.brand::VARCHAR AS brand,
        nullif(a.label::VARCHAR, '') AS label,
        nullif(a.why::VARCHAR, '') AS why,
        nullif(a.content_hash::VARCHAR, '') AS content_hash
    FROM (SELECT unnest($asked) AS a)
),

version AS (
    SELECT
        v.mention_id,
        v.content_hash,
        core.text_hash(v.title, v.text) AS text_hash,
        v.valid_to IS NULL AND v.known_to IS NULL AS current
    FROM core.mention_version AS v
    SEMI JOIN asked AS a ON a.mention_id = v.mention_id
),

content AS (
    SELECT mention_id, content_hash, any_value(text_hash) AS text_hash
    FROM version
    GROUP BY mention_id, content_hash
),

about AS (
    SELECT DISTINCT m.mention_id, m.brand
    FROM core.brand_match AS m
    SEMI JOIN asked AS a ON a.mention_id = m.mention_id
    WHERE m.known_to IS NULL
)

SELECT
    a.* EXCLUDE (content_hash),
    c.content_hash,
    c.text_hash,
    CASE
        WHEN n.mention_id IS NULL THEN 'The mention is gone, or there never was one.'
        WHEN c.mention_id IS NULL THEN 'The mention never had this content.'
        WHEN b.mention_id IS NULL THEN 'The mention is not about this brand.'
    END AS refused
FROM asked AS a
LEFT JOIN version AS n ON n.mention_id = a.mention_id AND n.current
LEFT JOIN content AS c
    ON c.mention_id = a.mention_id AND c.content_hash = coalesce(a.content_hash, n.content_hash)
LEFT JOIN about AS b ON b.mention_id = a.mention_id AND b.brand = a.brand
