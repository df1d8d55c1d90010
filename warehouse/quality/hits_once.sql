-- No brand match, keyword hit or driver hit that counts is there twice.
-- table: core.brand_match, core.keyword_hit, core.driver_hit
-- severity: fail
WITH open_row AS (
    SELECT 'brand_match' AS of, mention_id, watch, brand AS name, how || coalesce(matched, '') AS detail
    FROM core.brand_match
    WHERE known_to IS NULL
        AND mention_id IN (SELECT mention_id FROM core.brand_match WHERE known_from >= $since)
    UNION ALL
    SELECT 'keyword_hit', mention_id, watch, brand || chr(31) || keyword, coalesce(matched, '')
    FROM core.keyword_hit
    WHERE known_to IS NULL
        AND mention_id IN (SELECT mention_id FROM core.keyword_hit WHERE known_from >= $since)
    UNION ALL
    SELECT 'driver_hit', mention_id, watch, driver, coalesce(matched, '')
    FROM core.driver_hit
    WHERE known_to IS NULL
        AND mention_id IN (SELECT mention_id FROM core.driver_hit WHERE known_from >= $since)
),

doubled AS (
    SELECT of, mention_id
    FROM open_row
    GROUP BY of, mention_id, watch, name, detail
    HAVING count(*) > 1
)

SELECT count(*) AS failing, min(of || ' ' || mention_id, $examples) AS examples
FROM doubled
