INSERT INTO core.score BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    md5(i::VARCHAR) AS content_hash,
    ['positive', 'neutral', 'negative', 'unscored'][(1 + hash(i, 'l') % 4)::BIGINT] AS label,
    CASE WHEN hash(i, 'l') % 4 < 3 THEN 1.0 - (hash(i, 'l') % 4)::DOUBLE END AS compound,
    'vader' AS scorer,
    '1' AS scorer_version,
    ['en', 'no', 'da'][(1 + hash(i, 'n') % 3)::BIGINT] AS score_language,
    [] AS flags,
    $known::TIMESTAMP AS known_from
FROM range($first, $first + $n) AS numbers (i)
