-- What scorers made of texts that people have corrected since: counts by scorer, version and language.
-- People correct what looks wrong to them, so this tells what was mended and not how often a scorer is
-- right: for that there are random samples (core.gold_confusion). A text that a version was fitted on
-- does not count.
CREATE VIEW core.correction_count (
    scorer, -- Which scorer.
    scorer_version, -- Version of the scorer and its data.
    score_language, -- Language that the scorer relied on; NULL where it is unknown.
    given, -- The label that the scorer gave: positive, neutral, negative or unscored.
    corrected, -- The label that people gave: positive, neutral, negative or unclear.
    n -- How many texts, of a brand each.
) AS
WITH correction AS (
    SELECT mention_id, brand, text_hash, label
    FROM core.label_correction
    WHERE known_to IS NULL
),

worded AS (
    SELECT DISTINCT v.mention_id, v.content_hash, core.text_hash(v.title, v.text) AS text_hash
    FROM core.mention_version AS v
    SEMI JOIN correction AS c ON c.mention_id = v.mention_id
),

scored AS (
    SELECT s.*, w.text_hash
    FROM core.score AS s
    JOIN worded AS w ON w.mention_id = s.mention_id AND w.content_hash = s.content_hash
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
    SELECT
        s.scorer,
        s.scorer_version,
        s.score_language,
        coalesce(m.toward, s.label) AS given,
        c.label AS corrected
    FROM correction AS c
    JOIN scored AS s ON s.mention_id = c.mention_id AND s.text_hash = c.text_hash
    JOIN matched AS m
        ON m.mention_id = s.mention_id AND m.known_from = s.known_from AND m.brand = c.brand
    WHERE NOT EXISTS (
        SELECT 1
        FROM core.gold_taught AS t
        WHERE t.scorer = s.scorer
            AND t.scorer_version = s.scorer_version
            AND t.mention_id = s.mention_id
            AND t.content_hash = s.content_hash
    )
    QUALIFY row_number() OVER (
        PARTITION BY c.mention_id, c.brand, c.text_hash, s.scorer, s.scorer_version, s.score_language
        ORDER BY s.known_from DESC
    ) = 1
)

SELECT scorer, scorer_version, score_language, given, corrected, count(*)
FROM judged
GROUP BY ALL
