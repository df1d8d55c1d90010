-- The mentions scored again, as a merge knows them: unchanged. Which brands they are about stays; only
-- the sentiment toward each is taken anew.
CREATE OR REPLACE TEMP TABLE arrival AS
WITH again AS (
    SELECT * REPLACE (mention_id::UUID AS mention_id)
    FROM rescored_rows
),

fresh AS (
    SELECT mention_id, unnest(brands) AS b
    FROM again
),

kept AS (
    SELECT
        m.mention_id,
        list(struct_pack(
            brand := m.brand,
            how := m.how,
            matched := m.matched,
            label := CASE WHEN f.mention_id IS NULL THEN m.label ELSE f.b.label END,
            compound := CASE WHEN f.mention_id IS NULL THEN m.compound ELSE f.b.compound END
        )) AS brands
    FROM again AS a
    JOIN core.brand_match AS m
        ON m.mention_id = a.mention_id AND m.watch = $watch AND m.known_to IS NULL
    LEFT JOIN fresh AS f
        ON f.mention_id = m.mention_id
        AND f.b.brand = m.brand
        AND f.b.how = m.how
        AND f.b.matched IS NOT DISTINCT FROM m.matched
    GROUP BY m.mention_id
)

SELECT
    a.* REPLACE (m.content_hash AS content_hash, coalesce(k.brands, []) AS brands),
    'unchanged' AS verdict
FROM again AS a
JOIN core.mention AS m ON m.mention_id = a.mention_id
LEFT JOIN kept AS k ON k.mention_id = a.mention_id
