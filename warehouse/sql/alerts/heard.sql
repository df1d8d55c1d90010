-- What is said of each brand since $since, as it is known now, for the detectors. What the first
-- walk after its publication brought counts as if it had come at once, however seldom the source is
-- asked; what came later than that (a window of the past, a source that hid it) counts from when it came.
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
    SELECT v.mention_id, min(v.known_from) AS known, arg_min_null(b.before, v.known_from) AS before
    FROM core.mention_version AS v
    LEFT JOIN brought AS b ON b.batch_id = v.batch_id
    WHERE v.published >= $since
    GROUP BY v.mention_id
),

home AS (
    SELECT brand, arg_min(answer_target_hours, (NOT own, watch)) AS answer_target_hours
    FROM core.brand
    GROUP BY brand
)

SELECT
    s.brand,
    s.mention_id,
    s.published,
    CASE WHEN s.published < c.before - INTERVAL 6 HOUR THEN c.known ELSE s.published END AS arrived,
    s.voice,
    hash(coalesce(s.author, s.mention_id::VARCHAR)) AS author,
    s.label,
    CASE WHEN s.kind = 'review' AND s.first_rated THEN s.rating / 1e9 END AS rating,
    s.author_followers AS followers,
    s.first_copy,
    CASE WHEN s.answerable AND s.first_asked THEN s.published + to_seconds(h.answer_target_hours * 3600) END AS due,
    CASE WHEN s.voice_answered THEN coalesce(s.voice_answered_at, s.published) END AS answered
FROM core.said AS s
JOIN came AS c ON c.mention_id = s.mention_id
JOIN home AS h ON h.brand = s.brand
WHERE s.published >= $since AND s.published < $until
ORDER BY s.published, s.mention_id, s.brand
