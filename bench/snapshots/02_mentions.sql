-- Their mentions, of some 40 words that differ.
INSERT INTO core.mention_version BY NAME
SELECT
    md5(range::VARCHAR)::UUID AS mention_id,
    'forum' AS source,
    'square' AS place,
    'x' || range AS external_id,
    ['post', 'review'][1 + range % 2] AS kind,
    TIMESTAMP '2025-01-01' + to_minutes(range % 500000) AS published,
    TIMESTAMP '2025-01-01' + to_seconds(range // 100) AS collected,
    'https://forum.example/t/' || range AS url,
    md5('a' || range % 50000) AS author,
    'ola' || range % 50000 AS author_handle,
    list_aggregate([md5((range + n)::VARCHAR)[:6] FOR n IN range(40)], 'string_agg', ' ') AS text,
    'en' AS language,
    'forum/' || range // 100 AS raw_page,
    md5(range::VARCHAR) AS content_hash,
    'b' || range // 100 AS batch_id,
    TIMESTAMP '2025-01-01' + to_minutes(range % 500000) AS valid_from,
    TIMESTAMP '2025-01-01' + to_seconds(range // 100) AS known_from
FROM range($first * 100, $last * 100)
