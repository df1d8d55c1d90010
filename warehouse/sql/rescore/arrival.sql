-- The mentions scored again, as a merge knows them: unchanged. Which brands they are about stays; only
-- the sentiment toward each is taken anew, by whichever words it is matched now. A brand that is not
-- found any more has none of its own: an older scorer's would be taken for this one's.
CREATE OR REPLACE TEMP TABLE arrival AS
WITH again AS (
    SELECT * REPLACE (mention_id::UUID AS mention_id)
    FROM rescored_rows
),

fresh AS (
    SELECT DISTINCT mention_id, b.brand, b.label, b.compound
    FROM (SELECT mention_id, unnest(brands) AS b FROM again)
),

kept AS (
    SELECT
        m.mention_id,
        list(struct_pack(
            brand := m.brand,
            how := m.how,
            matched := m.matched,
            label := f.label,
            compound := f.compound
        )) AS brands
    FROM again AS a
    JOIN core.brand_match AS m
        ON m.mention_id = a.mention_id AND m.watch = $watch AND m.known_to IS NULL
    LEFT JOIN fresh AS f ON f.mention_id = m.mention_id AND f.brand = m.brand
    GROUP BY m.mention_id
)

SELECT
    a.* REPLACE (m.content_hash AS content_hash, coalesce(k.brands, []) AS brands),
    'unchanged' AS verdict
FROM again AS a
JOIN core.mention AS m ON m.mention_id = a.mention_id
LEFT JOIN kept AS k ON k.mention_id = a.mention_id
