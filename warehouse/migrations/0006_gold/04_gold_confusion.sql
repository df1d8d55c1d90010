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
WITH judged AS (
    SELECT g.gold, g.brand, g.language, g.weight, s.*
    FROM core.gold_label AS g
    JOIN core.brand_score AS s
        ON s.mention_id = g.mention_id AND s.content_hash = g.content_hash AND s.brand = g.brand
    WHERE g.known_to IS NULL
        AND g.gold <> 'unclear'
        AND s.label <> 'unscored'
        AND s.scorer IS NOT NULL
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
