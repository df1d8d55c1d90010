INSERT INTO core.mention_version BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    'shop' AS source,
    'place ' || (i % 40) AS place,
    printf('id-%09dz', i) AS external_id,
    'review' AS kind,
    TIMESTAMP '2023-01-01' + to_days((i % 1095)::INTEGER) + to_seconds(hash(i) % 86400) AS published,
    published AS collected,
    'https://shop.example/place/' || (i % 40) || '/review/' || external_id AS url,
    left(md5('handle ' || (i % 400000)), 24) AS author,
    hash(i, 'f') % 1000 AS author_followers,
    printf('title of sayer%06dx', i % 400000) AS title,
    'the kettle number ' || i || printf(' is what sayer%06dx bought and likes or not', i % 400000) AS text,
    CASE WHEN i % 20 = 0 AND i >= 40 THEN printf('id-%09dz', i - 40) END AS parent_id,
    1 + hash(i, 'r') % 5 AS rating,
    1 AS rating_min,
    5 AS rating_max,
    md5(i::VARCHAR) AS content_hash,
    md5('text ' || i) AS voice_key,
    'shop/2026-01-01/run.1/walk-' || printf('%03d', i // 100000) || '/batch-' || printf('%04d', (i % 100000) // 5000 + 1) AS batch_id,
    batch_id || '-page-' || (i % 5000 // 500) || '.json.zst' AS raw_page,
    published AS valid_from,
    TIMESTAMP '2026-01-02' AS known_from
FROM range($n) AS numbers (i)
ORDER BY i
