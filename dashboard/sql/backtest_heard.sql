-- What was said of any brand and could be scored, at most $most rows, with when it could be known: what
-- is usual of one brand is learnt from the others, too. What
-- the first walk after its publication brought counts as if it had come at once; what came later
-- than that counts from when it came.
WITH walked AS (
    SELECT
        walk_id,
        run,
        lag(max(finished)) OVER (PARTITION BY walk_id ORDER BY min(finished), run) AS before
    FROM core.load
    GROUP BY walk_id, run
),

brought AS (
    SELECT l.batch_id, w.before
    FROM core.load AS l
    JOIN walked AS w ON w.walk_id = l.walk_id AND w.run = l.run
),

spoken AS (
    SELECT brand, mention_id, published, voice, author, label = 'negative' AS negative
    FROM core.said
    WHERE label <> 'unscored'
        AND published >= $since::TIMESTAMP
        AND published < $until::TIMESTAMP
    ORDER BY published, mention_id, brand
    LIMIT $most
),

came AS (
    SELECT v.mention_id, min(v.known_from) AS known, arg_min_null(b.before, v.known_from) AS before
    FROM core.mention_version AS v
    SEMI JOIN spoken AS s ON s.mention_id = v.mention_id
    LEFT JOIN brought AS b ON b.batch_id = v.batch_id
    GROUP BY v.mention_id
)

SELECT
    s.brand,
    s.mention_id,
    s.published,
    CASE WHEN s.published < c.before - INTERVAL 6 HOUR THEN c.known ELSE s.published END AS arrived,
    s.voice,
    hash(coalesce(s.author, s.mention_id::VARCHAR)) AS author,
    s.negative
FROM spoken AS s
JOIN came AS c ON c.mention_id = s.mention_id
ORDER BY s.published, s.mention_id, s.brand
