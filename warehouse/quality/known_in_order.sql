-- What was known was known for some time: known_from lies before known_to, and valid_from before
-- valid_to.
-- table: core.mention_version, core.score, core.brand_match, core.keyword_hit, core.driver_hit, core.label_correction, core.answer_mark
-- severity: fail
WITH reversed AS (
    SELECT 'mention_version ' || mention_id AS example
    FROM core.mention_version
    WHERE (known_from >= $since OR known_to >= $since)
        AND (known_from >= known_to OR valid_from >= valid_to)
    UNION ALL
    SELECT 'score ' || mention_id
    FROM core.score
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
    UNION ALL
    SELECT 'brand_match ' || mention_id
    FROM core.brand_match
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
    UNION ALL
    SELECT 'keyword_hit ' || mention_id
    FROM core.keyword_hit
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
    UNION ALL
    SELECT 'driver_hit ' || mention_id
    FROM core.driver_hit
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
    UNION ALL
    SELECT 'label_correction ' || mention_id
    FROM core.label_correction
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
    UNION ALL
    SELECT 'answer_mark ' || mention_id
    FROM core.answer_mark
    WHERE (known_from >= $since OR known_to >= $since) AND known_from >= known_to
)

SELECT count(*) AS failing, min(example, $examples) AS examples
FROM reversed
