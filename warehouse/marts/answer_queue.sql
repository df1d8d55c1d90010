-- The rows of marts.answer_queue that were published on days of which something was learnt.
-- definition: 2
-- key: brand, mention_id
WITH question_due AS (
    SELECT DISTINCT s.brand, s.voice
    FROM core.said AS s
    SEMI JOIN learnt AS d ON d.brand = s.brand AND d.day = s.day
    WHERE s.kind = 'question'
),

-- Of a question's copies the earliest stands for all; it may be of a day that nothing was learnt of.
question AS (
    SELECT s.brand, arg_min(s.mention_id, (s.published, s.mention_id)) AS mention_id
    FROM core.said AS s
    SEMI JOIN question_due AS d ON d.brand = s.brand AND d.voice = s.voice
    SEMI JOIN (SELECT source FROM core.watched_source WHERE allows_answers) AS w ON w.source = s.source
    WHERE s.kind = 'question'
    GROUP BY s.brand, s.voice
    HAVING NOT bool_or(s.has_answer)
),

-- What somebody has marked: of copies, the last mark counts.
marked AS (
    SELECT s.brand, s.voice
    FROM core.said AS s
    JOIN core.answer_mark AS k ON k.mention_id = s.mention_id AND k.brand = s.brand
    WHERE k.known_to IS NULL
    GROUP BY s.brand, s.voice
    HAVING arg_max(k.state, (k.known_from, k.made, k.mention_id)) <> 'open'
),

asked AS (
    SELECT
        s.*,
        h.answer_target_hours,
        s.rating / 1e9 AS scaled,
        s.published + to_seconds(h.answer_target_hours * 3600) AS due
    FROM core.said AS s
    SEMI JOIN learnt AS d ON d.brand = s.brand AND d.day = s.day
    JOIN brand_home AS h ON h.brand = s.brand AND h.own
    LEFT JOIN question AS q ON q.brand = s.brand AND q.mention_id = s.mention_id
    ANTI JOIN marked AS k ON k.brand = s.brand AND k.voice = s.voice
    WHERE ((s.first_asked AND NOT s.voice_answered) OR q.mention_id IS NOT NULL)
        AND s.published > (SELECT max(collected) FROM core.load) - INTERVAL 365 DAY
),

driven AS (
    SELECT d.brand, d.mention_id, list(d.driver ORDER BY d.driver) AS drivers
    FROM core.driver_said AS d
    SEMI JOIN learnt AS w ON w.brand = d.brand AND w.day = d.day
    GROUP BY d.brand, d.mention_id
),

flagged AS (
    SELECT s.mention_id, list_sort(s.flags) AS flags
    FROM core.score AS s
    SEMI JOIN asked AS a ON a.mention_id = s.mention_id
    WHERE s.known_to IS NULL AND len(s.flags) > 0
),

-- Equal times, too: they tell which parts of the table need not be read.
worded AS (
    SELECT
        v.mention_id,
        v.place,
        core.address_of_nobody(v.url, v.source, v.author_handle) AS url,
        v.title,
        left(v.text, 300) AS excerpt
    FROM core.mention_version AS v
    SEMI JOIN asked AS a ON a.mention_id = v.mention_id AND a.published = v.published
    WHERE v.valid_to IS NULL AND v.known_to IS NULL
)

SELECT
    a.day,
    a.brand,
    a.mention_id,
    a.source,
    w.place,
    a.kind,
    w.url,
    w.title,
    w.excerpt,
    a.scaled AS rating,
    a.stars,
    a.rating_max,
    a.label,
    coalesce(d.drivers, []) AS drivers,
    coalesce(f.flags, []) AS flags,
    a.author_followers AS reach,
    a.published,
    a.due,
    0.2
    + 0.6 * greatest(
        coalesce(1 - a.scaled, CASE a.label WHEN 'positive' THEN 0 ELSE 0.5 END),
        CASE a.label WHEN 'negative' THEN 0.75 ELSE 0 END
    )
    + CASE WHEN a.kind = 'question' OR list_contains(f.flags, 'question') THEN 0.2 ELSE 0 END
        AS urgency
FROM asked AS a
JOIN worded AS w ON w.mention_id = a.mention_id
LEFT JOIN driven AS d ON d.brand = a.brand AND d.mention_id = a.mention_id
LEFT JOIN flagged AS f ON f.mention_id = a.mention_id
