-- These voices' facts, with what each copy counts as. Most voices have one copy, which is the first of
-- everything; only the others need to be put in order.
INSERT INTO core.said BY NAME
WITH together AS (
    SELECT * FROM fresh_said
    UNION ALL BY NAME
    SELECT
        s.* EXCLUDE (
            first_copy, first_rated, first_asked, voice_answered, voice_in_target, voice_answered_at,
            heard_in
        )
    FROM left_said AS s
    ANTI JOIN touched AS t ON t.mention_id = s.mention_id
),

repeated AS (
    SELECT brand, voice
    FROM together
    GROUP BY brand, voice
    HAVING count(*) > 1
),

single AS (
    SELECT
        s.*,
        true AS first_copy,
        s.kind = 'review' AND s.rating IS NOT NULL AS first_rated,
        s.answerable AS first_asked,
        CASE WHEN s.answerable THEN s.has_answer END AS voice_answered,
        CASE WHEN s.answerable THEN s.in_target END AS voice_in_target,
        CASE WHEN s.answerable THEN s.answered END AS voice_answered_at,
        coalesce(h.watches, []) AS heard_in
    FROM together AS s
    ANTI JOIN repeated AS r ON r.brand = s.brand AND r.voice = s.voice
    LEFT JOIN hearing AS h
        ON h.brand = s.brand AND h.source = s.source AND h.placed = s.placed
),

copies AS (
    SELECT
        s.*,
        s.kind = 'review' AND s.rating IS NOT NULL AS is_rated,
        coalesce(h.watches, []) AS watches
    FROM together AS s
    SEMI JOIN repeated AS r ON r.brand = s.brand AND r.voice = s.voice
    LEFT JOIN hearing AS h
        ON h.brand = s.brand AND h.source = s.source AND h.placed = s.placed
),

heard_first AS (
    SELECT mention_id, brand, list(watch ORDER BY watch) AS heard_in
    FROM (
        SELECT mention_id, brand, watch
        FROM (SELECT mention_id, brand, voice, published, unnest(watches) AS watch FROM copies)
        QUALIFY row_number() OVER (
            PARTITION BY brand, voice, watch ORDER BY published, mention_id
        ) = 1
    )
    GROUP BY mention_id, brand
),

ordered AS (
    SELECT
        *,
        row_number() OVER (all_of ORDER BY published, mention_id) = 1 AS first_copy,
        is_rated AND row_number() OVER (
            PARTITION BY brand, voice, is_rated ORDER BY published, mention_id
        ) = 1 AS first_rated,
        answerable AND row_number() OVER (
            PARTITION BY brand, voice, answerable ORDER BY published, mention_id
        ) = 1 AS first_asked,
        bool_or(has_answer) FILTER (answerable) OVER all_of AS any_answered,
        bool_or(in_target) FILTER (answerable) OVER all_of AS any_in_target,
        count(*) FILTER (answerable AND in_target IS NULL) OVER all_of AS untimed,
        min(answered) FILTER (answerable) OVER all_of AS any_answered_at
    FROM copies
    WINDOW all_of AS (PARTITION BY brand, voice)
)

SELECT * FROM single
UNION ALL BY NAME
SELECT
    o.* EXCLUDE (is_rated, watches, any_answered, any_in_target, untimed, any_answered_at),
    CASE WHEN first_asked THEN any_answered END AS voice_answered,
    CASE
        WHEN NOT first_asked THEN NULL
        WHEN any_in_target THEN true
        WHEN untimed = 0 THEN false
    END AS voice_in_target,
    CASE WHEN first_asked THEN any_answered_at END AS voice_answered_at,
    coalesce(f.heard_in, []) AS heard_in
FROM ordered AS o
LEFT JOIN heard_first AS f ON f.mention_id = o.mention_id AND f.brand = o.brand
ORDER BY day
