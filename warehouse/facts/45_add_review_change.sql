-- Of touched reviews that have been otherwise: whether they are gone, and by how much their rating
-- changed where words or stars did after the first answer and within 90 days of it. Where we saw the
-- answer and the edit at once, the source must say that the edit came after it.
INSERT INTO core.review_change BY NAME
WITH ended AS (
    SELECT DISTINCT v.mention_id
    FROM core.mention_version AS v
    SEMI JOIN touched AS t ON t.mention_id = v.mention_id
    WHERE v.kind = 'review' AND v.valid_to IS NOT NULL AND v.known_to IS NULL
),

version AS (
    SELECT
        v.mention_id,
        v.published,
        v.valid_from,
        v.edited,
        CASE
            WHEN v.rating_max > v.rating_min
                THEN core.nano((v.rating - v.rating_min) / (v.rating_max - v.rating_min))
        END AS rating,
        CASE
            WHEN v.answer IS NOT NULL OR v.answered IS NOT NULL THEN coalesce(v.answered, v.valid_from)
        END AS answered,
        lag(v.answer IS NOT NULL OR v.answered IS NOT NULL, 1, false) OVER story AS was_answered,
        lag(v.edited) OVER story AS was_edited,
        row_number() OVER story > 1
        AND (v.title, v.text, v.rating)
            IS DISTINCT FROM (lag(v.title) OVER story, lag(v.text) OVER story, lag(v.rating) OVER story)
            AS differs
    FROM core.mention_version AS v
    SEMI JOIN ended AS e ON e.mention_id = v.mention_id
    WHERE v.known_to IS NULL
    WINDOW story AS (PARTITION BY v.mention_id ORDER BY v.valid_from)
),

answer AS (
    SELECT mention_id, min(answered) AS answered
    FROM version
    WHERE answered IS NOT NULL
    GROUP BY mention_id
),

edit AS (
    SELECT v.mention_id, arg_max_null(v.rating, v.valid_from) AS rating
    FROM version AS v
    JOIN answer AS a ON a.mention_id = v.mention_id
    WHERE v.differs
        AND v.valid_from > a.answered
        AND v.valid_from <= a.answered + INTERVAL 90 DAY
        AND (
            v.was_answered
            OR (v.edited > a.answered AND v.edited IS DISTINCT FROM v.was_edited)
        )
    GROUP BY v.mention_id
),

before AS (
    SELECT v.mention_id, arg_max_null(v.rating, v.valid_from) AS rating
    FROM version AS v
    JOIN answer AS a ON a.mention_id = v.mention_id AND v.valid_from <= a.answered
    GROUP BY v.mention_id
),

published AS (SELECT mention_id, max(published) AS published FROM version GROUP BY mention_id),

about AS (
    SELECT DISTINCT m.mention_id, m.brand
    FROM core.brand_match AS m
    SEMI JOIN ended AS e ON e.mention_id = m.mention_id
    WHERE m.known_to IS NULL
),

told AS (
    SELECT
        p.mention_id,
        p.published,
        g.mention_id IS NOT NULL AS removed,
        e.rating - b.rating AS change
    FROM published AS p
    LEFT JOIN edit AS e ON e.mention_id = p.mention_id
    LEFT JOIN before AS b ON b.mention_id = p.mention_id
    LEFT JOIN (SELECT DISTINCT mention_id FROM core.gone WHERE returned IS NULL) AS g
        ON g.mention_id = p.mention_id
)

SELECT
    h.brand,
    timezone(h.timezone, timezone('UTC', t.published))::DATE AS day,
    t.mention_id,
    t.removed,
    t.change
FROM told AS t
JOIN about AS a ON a.mention_id = t.mention_id
JOIN brand_home AS h ON h.brand = a.brand
WHERE t.removed OR t.change IS NOT NULL
