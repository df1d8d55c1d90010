-- Every score, brand match, keyword hit, driver hit, corrected label and mark is of a mention that there
-- is.
-- table: core.score, core.brand_match, core.keyword_hit, core.driver_hit, core.label_correction, core.answer_mark
-- severity: fail
WITH told AS (
    SELECT 'score' AS of, mention_id
    FROM core.score
    WHERE known_from >= $since
    UNION ALL
    SELECT 'brand_match', mention_id
    FROM core.brand_match
    WHERE known_from >= $since
    UNION ALL
    SELECT 'keyword_hit', mention_id
    FROM core.keyword_hit
    WHERE known_from >= $since
    UNION ALL
    SELECT 'driver_hit', mention_id
    FROM core.driver_hit
    WHERE known_from >= $since
    UNION ALL
    SELECT 'label_correction', mention_id
    FROM core.label_correction
    WHERE known_from >= $since
    UNION ALL
    SELECT 'answer_mark', mention_id
    FROM core.answer_mark
    WHERE known_from >= $since
)

SELECT count(*) AS failing, min(of || ' ' || mention_id, $examples) AS examples
FROM told
WHERE mention_id NOT IN (
    SELECT mention_id
    FROM core.mention_version
    WHERE mention_id IN (SELECT mention_id FROM told)
)
