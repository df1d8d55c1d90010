INSERT INTO core.mention_version BY NAME
SELECT
    md5(i::VARCHAR)::UUID AS mention_id,
    CASE WHEN i % 3 = 0 THEN 'forum' ELSE 'shop' END AS source,
    'place ' || (i % 40) AS place,
    i::VARCHAR AS external_id,
    CASE WHEN i % 3 = 0 THEN 'post' ELSE 'review' END AS kind,
    TIMESTAMP '2023-01-01' + to_days(($first_day + i % $days)::INTEGER)
        + to_seconds(hash(i) % 86400) AS published,
    published AS collected,
    'author ' || (hash(i, 'a') % 400000) AS author,
    hash(i, 'f') % 1000 AS author_followers,
    'text number ' || i AS text,
    CASE WHEN i % 3 <> 0 THEN 1 + hash(i, 'r') % 5 END AS rating,
    CASE WHEN i % 3 <> 0 THEN 1 END AS rating_min,
    CASE WHEN i % 3 <> 0 THEN 5 END AS rating_max,
    CASE WHEN i % 3 <> 0 AND hash(i, 'w') % 3 = 0 THEN published + INTERVAL 9 HOUR END AS answered,
    md5(i::VARCHAR) AS content_hash,
    md5('text ' || CASE WHEN hash(i, 'c') % 25 = 0 THEN i - (hash(i, 'd') % 20)::BIGINT ELSE i END)
        AS voice_key,
    'batch ' || $first AS batch_id,
    published AS valid_from,
    $known::TIMESTAMP AS known_from
FROM range($first, $first + $n) AS numbers (i)
ORDER BY published
