INSERT INTO core.brand_match BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    'watch-' || (hash(i, 'b') % 12) // 4 AS watch,
    printf('Brand %02d', hash(i, 'b') % 12) AS brand,
    'text' AS how,
    'brand' AS matched,
    $known::TIMESTAMP AS known_from
FROM range($first, $first + $n) AS numbers (i)
