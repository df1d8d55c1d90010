-- The brands that they are about.
INSERT INTO core.brand_match BY NAME
SELECT
    md5(range::VARCHAR)::UUID AS mention_id,
    'acme' AS watch,
    ['Acme', 'Zenith'][1 + range % 2] AS brand,
    'text' AS how,
    TIMESTAMP '2025-01-01' + to_seconds(range // 100) AS known_from
FROM range($first * 100, $last * 100)
