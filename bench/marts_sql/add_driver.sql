INSERT INTO core.driver_hit BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    'watch-' || (hash(i, 'b') % 12) // 4 AS watch,
    ['price', 'quality', 'service', 'delivery', 'privacy'][(1 + hash(i, 'v') % 5)::BIGINT] AS driver,
    'word' AS matched,
    ['positive', 'neutral', 'negative'][(1 + hash(i, 'p') % 3)::BIGINT] AS label,
    0.5 AS compound,
    $known::TIMESTAMP AS known_from
FROM range($first, $first + $n) AS numbers (i)
WHERE hash(i, 'e') % 3 = 0
