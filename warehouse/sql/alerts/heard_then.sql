-- Likewise, as it was first known: what has gone since, and what a text was first taken to say. For
-- looking back at what alerts would have done.
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

came AS (
    SELECT
        v.mention_id,
        arg_min(v.published, v.known_from) AS published,
        arg_min(v.kind, v.known_from) AS kind,
        arg_min(coalesce(x.voice, v.voice_key, v.mention_id::VARCHAR), v.known_from) AS voice,
        arg_min(v.author, v.known_from) AS author,
        arg_min(v.author_followers, v.known_from) AS followers,
        arg_min(
            CASE
                WHEN v.rating_max > v.rating_min
                    THEN (v.rating - v.rating_min) / (v.rating_max - v.rating_min)
            END,
            v.known_from
        ) AS rating,
        min(v.known_from) AS known,
        bool_or(w.source IS NOT NULL) AS answerable,
        min(coalesce(v.answered, CASE WHEN v.answer IS NOT NULL THEN v.known_from END)) AS answered,
        arg_min_null(b.before, v.known_from) AS before
    FROM core.mention_version AS v
    LEFT JOIN brought AS b ON b.batch_id = v.batch_id
    LEFT JOIN (SELECT DISTINCT source FROM core.watched_source WHERE allows_answers) AS w
        ON w.source = v.source
    LEFT JOIN core.voice_now AS x ON x.voice_key = v.voice_key
    WHERE v.published >= $since AND v.published < $until
    GROUP BY v.mention_id
),

scored AS (
    SELECT s.mention_id, arg_min(s.label, s.known_from) AS label
    FROM core.score AS s
    SEMI JOIN came AS c ON c.mention_id = s.mention_id
    GROUP BY s.mention_id
),

home AS (
    SELECT brand, arg_min(answer_target_hours, (NOT own, watch)) AS answer_target_hours
    FROM core.brand
    GROUP BY brand
),

about AS (
    SELECT m.mention_id, m.brand, arg_min_null(m.label, m.known_from) AS label
    FROM core.brand_match AS m
    SEMI JOIN came AS c ON c.mention_id = m.mention_id
    GROUP BY m.mention_id, m.brand
)

SELECT
    a.brand,
    c.mention_id,
    c.published,
    CASE WHEN c.published < c.before - INTERVAL 6 HOUR THEN c.known ELSE c.published END AS arrived,
    hash(c.voice) AS voice,
    hash(coalesce(c.author, c.mention_id::VARCHAR)) AS author,
    coalesce(a.label, s.label, 'unscored') AS label,
    CASE WHEN c.kind = 'review' THEN c.rating END AS rating,
    c.followers,
    row_number() OVER (PARTITION BY a.brand, c.voice ORDER BY c.published, c.mention_id) = 1 AS first_copy,
    CASE
        WHEN c.kind = 'review' AND c.answerable
            THEN c.published + to_seconds(h.answer_target_hours * 3600)
    END AS due,
    c.answered
FROM about AS a
JOIN came AS c ON c.mention_id = a.mention_id
JOIN home AS h ON h.brand = a.brand
LEFT JOIN scored AS s ON s.mention_id = c.mention_id
ORDER BY c.published, c.mention_id, a.brand
