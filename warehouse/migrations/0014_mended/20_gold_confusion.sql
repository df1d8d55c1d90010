-- What scorers made of texts that people have labelled: counts by scorer, version and language. Of
-- several scores of one text by one version, the last counts; a text that it was fitted on does not.
CREATE VIEW core.gold_confusion (
    scorer, -- Which scorer.
    scorer_version, -- Version of the scorer and its data.
    score_language, -- Language that the scorer relied on; NULL where it is unknown.
    gold, -- The label that people gave: positive, neutral or negative.
    given, -- The label that the scorer gave: positive, neutral or negative.
    weight, -- How many mentions each stands for; 1 is the mean of its brand and language.
    n -- How many texts.
) AS
WITH labelled AS (
    SELECT mention_id, content_hash, brand, language, gold, weight
    FROM core.gold_label
    WHERE known_to IS NULL AND gold <> 'unclear'
),

-- As core.brand_score, of the labelled texts alone: that is of all scores, which are millions.
scored AS (
    SELECT s.*
    FROM core.score AS s
    SEMI JOIN labelled AS g ON g.mention_id = s.mention_id AND g.content_hash = s.content_hash
    WHERE s.scorer IS NOT NULL
),

matched AS (
    SELECT
        s.mention_id,
        s.known_from,
        m.brand,
        arg_max_null(m.label, m.known_from) AS toward
    FROM scored AS s
    JOIN core.brand_match AS m
        ON m.mention_id = s.mention_id
        AND CASE
            WHEN s.known_to IS NULL THEN m.known_to IS NULL
            ELSE m.known_from < s.known_to AND (m.known_to IS NULL OR m.known_to >= s.known_to)
        END
    GROUP BY s.mention_id, s.known_from, m.brand
),

judged AS (
    SELECT g.*, s.scorer, s.scorer_version, s.score_language, coalesce(m.toward, s.label) AS label
    FROM labelled AS g
    JOIN scored AS s ON s.mention_id = g.mention_id AND s.content_hash = g.content_hash
    JOIN matched AS m
        ON m.mention_id = s.mention_id AND m.known_from = s.known_from AND m.brand = g.brand
    WHERE coalesce(m.toward, s.label) <> 'unscored'
        AND NOT EXISTS (
            SELECT 1
            FROM core.gold_taught AS t
            WHERE t.scorer = s.scorer
                AND t.scorer_version = s.scorer_version
                AND t.mention_id = g.mention_id
                AND t.content_hash = g.content_hash
        )
    QUALIFY row_number() OVER (
        PARTITION BY g.mention_id, g.content_hash, g.brand, s.scorer, s.scorer_version, s.score_language
        ORDER BY s.known_from DESC
    ) = 1
),

weighed AS (
    SELECT
        *,
        weight / avg(weight) OVER (
            PARTITION BY scorer, scorer_version, score_language, brand, language
        ) AS relative
    FROM judged
)

SELECT scorer, scorer_version, score_language, gold, label, relative, count(*)
FROM weighed
GROUP BY ALL
