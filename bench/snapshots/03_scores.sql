-- Their scores.
INSERT INTO core.score BY NAME
SELECT
    md5(range::VARCHAR)::UUID AS mention_id,
    md5(range::VARCHAR) AS content_hash,
    ['positive', 'neutral', 'negative'][1 + range % 3] AS label,
    sin(range) AS compound,
    'vader' AS scorer,
    '1' AS scorer_version,
    'en' AS score_language,
    TIMESTAMP '2025-01-01' + to_seconds(range // 100) AS known_from
FROM range($first * 100, $last * 100)
