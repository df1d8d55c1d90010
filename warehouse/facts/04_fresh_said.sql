-- What the touched mentions say of each brand, as it is known now.
CREATE OR REPLACE TEMP TABLE fresh_said AS
WITH matched AS MATERIALIZED (
    SELECT m.*
    FROM core.brand_match AS m
    SEMI JOIN touched AS t ON t.mention_id = m.mention_id
    WHERE m.known_to IS NULL
),

about AS (
    SELECT
        mention_id,
        brand,
        arg_max_null(label, known_from) AS label,
        arg_max_null(compound, known_from) AS compound,
        bool_or(how = 'place') AS here
    FROM matched
    GROUP BY mention_id, brand
),

placed AS (SELECT DISTINCT mention_id FROM matched WHERE how = 'place'),

seen_answered AS (
    SELECT v.mention_id, min(v.collected) AS at_the_latest
    FROM core.mention_version AS v
    SEMI JOIN touched_now AS t ON t.mention_id = v.mention_id AND t.has_answer AND t.answered IS NULL
    WHERE v.known_to IS NULL AND (v.answer IS NOT NULL OR v.answered IS NOT NULL)
    GROUP BY v.mention_id
),

answering AS (SELECT DISTINCT source FROM core.watched_source WHERE allows_answers),

worded AS (
    SELECT
        h.brand,
        timezone(h.timezone, timezone('UTC', m.published))::DATE AS day,
        m.mention_id,
        m.source,
        m.kind,
        m.voice,
        m.published,
        coalesce(w.label, a.label, m.label, 'unscored') AS label,
        coalesce(a.label, m.label, 'unscored') AS given,
        CASE
            WHEN w.label IS NOT NULL THEN NULL
            WHEN a.label IS NULL THEN m.compound
            ELSE a.compound
        END AS compound,
        m.scorer,
        m.scorer_version,
        m.score_language,
        m.author,
        m.author_followers,
        p.mention_id IS NOT NULL AS placed,
        CASE
            WHEN m.rating_max > m.rating_min
                THEN core.nano((m.rating - m.rating_min) / (m.rating_max - m.rating_min))
        END AS rating,
        m.rating AS stars,
        m.rating_min,
        m.rating_max,
        CASE
            WHEN m.kind <> 'survey' OR m.rating IS NULL OR (p.mention_id IS NOT NULL AND NOT a.here)
                THEN NULL  -- an answer at a brand's own place is about that brand, whatever it names
            WHEN coalesce(m.measure, 'nps') = 'nps' AND (m.rating_min, m.rating_max) = (0, 10)
                THEN CASE
                    WHEN m.rating >= 9 THEN 'promoter'
                    WHEN m.rating <= 6 THEN 'detractor'
                    ELSE 'passive'
                END
            WHEN coalesce(m.measure, 'csat') <> 'csat' THEN NULL
            WHEN (m.rating_min, m.rating_max) IN ((1, 5), (1, 7), (0, 1))
                THEN CASE
                    WHEN m.rating >= CASE m.rating_max WHEN 5 THEN 4 WHEN 7 THEN 5 ELSE 1 END
                        THEN 'satisfied'
                    ELSE 'not_satisfied'
                END
        END AS answer_class,
        m.kind = 'review' AND q.source IS NOT NULL AS answerable,
        m.has_answer,
        m.answered,
        coalesce(m.answered, l.at_the_latest)
            <= m.published + to_seconds(h.answer_target_hours * 3600) AS soon
    FROM about AS a
    JOIN brand_home AS h ON h.brand = a.brand
    JOIN touched_now AS m ON m.mention_id = a.mention_id
    LEFT JOIN placed AS p ON p.mention_id = m.mention_id
    LEFT JOIN seen_answered AS l ON l.mention_id = m.mention_id
    LEFT JOIN answering AS q ON q.source = m.source
    LEFT JOIN touched_words AS w ON w.mention_id = m.mention_id AND w.brand = a.brand
)

SELECT
    * EXCLUDE (soon),
    CASE
        WHEN NOT has_answer THEN false
        WHEN soon THEN true
        WHEN answered IS NOT NULL THEN false
    END AS in_target
FROM worded
