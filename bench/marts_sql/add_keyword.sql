INSERT INTO core.keyword_hit BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    'watch-' || (hash(i, 'b') % 12) // 4 AS watch,
    printf('Brand %02d', 4 * ((hash(i, 'b') % 12) // 4)) AS brand,
    'keyword ' || (hash(i, 'k') % 40) AS keyword,
    'word' AS matched,
    1 AS hits,
    $known::TIMESTAMP AS known_from
FROM range($first, $first + $n) AS numbers (i)
WHERE hash(i, 'h') % 2 = 0
