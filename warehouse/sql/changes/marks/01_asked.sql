-- The marks asked for, in their order, each with whether it can be set.
CREATE OR REPLACE TEMP TABLE asked_mark AS
WITH asked AS (
    SELECT
        a.place::BIGINT AS place,
        a.mention_id::UUID AS mention_id,
        a.brand::VARCHAR AS brand,
        a.state::VARCHAR AS state,
        a.who::VARCHAR AS who,
        a.made::TIMESTAMP AS made
    FROM (SELECT unnest($asked) AS a)
),

version AS (
    SELECT v.mention_id
    FROM core.mention_version AS v
    SEMI JOIN asked AS a ON a.mention_id = v.mention_id
    WHERE v.valid_to IS NULL AND v.known_to IS NULL
),

about AS (
    SELECT DISTINCT m.mention_id, m.brand
    FROM core.brand_match AS m
    SEMI JOIN asked AS a ON a.mention_id = m.mention_id
    WHERE m.known_to IS NULL
)

SELECT
    a.*,
    CASE
        WHEN n.mention_id IS NULL THEN 'The mention is gone, or there never was one.'
        WHEN b.mention_id IS NULL THEN 'The mention is not about this brand.'
    END AS refused
FROM asked AS a
LEFT JOIN version AS n ON n.mention_id = a.mention_id
LEFT JOIN about AS b ON b.mention_id = a.mention_id AND b.brand = a.brand
