-- Which queries the touched mentions hit, as it is known now.
CREATE OR REPLACE TEMP TABLE fresh_keyword_said AS
WITH hit AS (
    SELECT k.mention_id, k.brand, k.keyword, max(k.hits) AS hits
    FROM core.keyword_hit AS k
    SEMI JOIN touched AS t ON t.mention_id = k.mention_id
    WHERE k.known_to IS NULL
    GROUP BY k.mention_id, k.brand, k.keyword
)

SELECT
    k.brand,
    k.keyword,
    timezone(h.timezone, timezone('UTC', m.published))::DATE AS day,
    k.mention_id,
    m.voice,
    m.published,
    k.hits,
    coalesce(w.label, m.label, 'unscored') AS label
FROM hit AS k
JOIN brand_home AS h ON h.brand = k.brand
JOIN touched_now AS m ON m.mention_id = k.mention_id
LEFT JOIN touched_words AS w ON w.mention_id = k.mention_id AND w.brand = k.brand
