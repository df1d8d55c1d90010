-- One batch of the soak as enriching leaves it: rows that are new, that are copies of new ones, edits
-- of known ones, and known ones read again. $number counts batches from 0, $size is a twentieth of a
-- batch. Which are edited (numbers that end in 0), read again (in 1) and there twice (in 2) is kept
-- apart, so that the outcome is known beforehand.
WITH kind AS (
    SELECT 'new' AS what, $number * 17 * $size + j AS id
    FROM range(17 * $size) AS r (j)
    UNION ALL
    SELECT 'copy', $number * 17 * $size + 10 * j + 2
    FROM range($size) AS r (j)
    UNION ALL
    SELECT 'edit', 10 * ((j * 7919) % (17 * $size // 10 * $number))
    FROM range($size) AS r (j)
    WHERE $number > 0
    UNION ALL
    SELECT 'again', 10 * ((j * 7919) % (17 * $size // 10 * $number)) + 1
    FROM range($size) AS r (j)
    WHERE $number > 0
),

row AS (
    SELECT
        *,
        'The kettle number ' || id || ' of Acme is '
        || ['good', 'slow', 'awful', 'fine', 'dear'][1 + id % 5]
        || ', came after ' || id % 31 || ' days and made ' || id % 97 || ' cups of tea'
        || CASE what WHEN 'edit' THEN ', or so I thought before day ' || $number ELSE '' END AS text,
        $now - to_seconds(86400 * 300 - id % (86400 * 299)) AS published,
        ['neutral', 'negative', 'negative', 'positive', 'neutral'][1 + id % 5] AS label
    FROM kind
)

SELECT
    'files' AS source,
    'in' AS place,
    id::VARCHAR AS external_id,
    'post' AS kind,
    published,
    $now AS collected,
    CASE what WHEN 'edit' THEN $now END AS edited,
    md5('author ' || id % 200000) AS author,
    id % 5000 AS author_followers,
    text,
    'en' AS language,
    id % 50 AS likes,
    'files/page-' || $number AS raw_page,
    md5('files in ' || id) AS mention_id,
    md5(text) AS content_hash,
    md5('voice ' || text) AS voice_key,
    'en' AS score_language,
    0.99 AS language_confidence,
    label,
    CASE label WHEN 'positive' THEN 0.6 WHEN 'negative' THEN -0.6 ELSE 0.0 END AS compound,
    0.1 AS positive,
    0.8 AS neutral,
    0.1 AS negative,
    'vader' AS scorer,
    '1' AS scorer_version,
    0.8 AS confidence,
    [] AS flags,
    [{brand: 'Acme', how: 'text', matched: 'acme', label: label, compound: 0.0}] AS brands,
    CASE
        WHEN id % 3 = 0 THEN [{brand: 'Acme', keyword: 'tea', matched: 'tea', hits: 1}]
        ELSE []
    END AS keywords,
    CASE
        WHEN id % 4 = 0 THEN [{driver: 'delivery', matched: 'came after', label: label, compound: 0.0}]
        ELSE []
    END AS drivers,
    list_transform(range(16), lambda b: hash(text, b)) AS voice_bands
FROM row
