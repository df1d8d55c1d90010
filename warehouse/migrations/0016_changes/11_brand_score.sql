-- Scores as each brand's figures count them: what a person said of the text, else the sentiment toward
-- the brand where there is one, else that of the whole text. Earlier scores too; each with what was
-- taken of the brand at its end.
CREATE VIEW core.brand_score (
    mention_id, -- The mention.
    content_hash, -- The content that was scored.
    brand, -- The brand that the mention is about.
    label, -- positive, neutral, negative or unscored.
    given, -- Likewise, by the scorer alone.
    corrected, -- Whether label is what a person said.
    whole_text, -- Whether given is that of the whole text.
    confidence, -- 0..1, probability that given is right; NULL where the scorer can't tell.
    scorer, -- Which scorer; NULL where the text is unscored.
    scorer_version, -- Version of the scorer and its data.
    score_language, -- Language that the scorer relied on; NULL where it is unknown.
    known_from, -- We gave it this score from then (UTC).
    known_to -- We gave it another from then (UTC); NULL: this one counts.
) AS
WITH matched AS (
    SELECT
        s.mention_id,
        s.known_from,
        m.brand,
        arg_max_null(m.label, m.known_from) AS toward
    FROM core.score AS s
    JOIN core.brand_match AS m
        ON m.mention_id = s.mention_id
        AND CASE
            WHEN s.known_to IS NULL THEN m.known_to IS NULL
            ELSE m.known_from < s.known_to AND (m.known_to IS NULL OR m.known_to >= s.known_to)
        END
    GROUP BY s.mention_id, s.known_from, m.brand
),

worded AS (
    SELECT DISTINCT v.mention_id, v.content_hash, core.text_hash(v.title, v.text) AS text_hash
    FROM core.mention_version AS v
    SEMI JOIN core.label_correction AS c ON c.mention_id = v.mention_id
),

corrected AS (
    SELECT c.*, s.known_from AS score_from
    FROM core.label_correction AS c
    JOIN worded AS w ON w.mention_id = c.mention_id AND w.text_hash = c.text_hash
    JOIN core.score AS s
        ON s.mention_id = w.mention_id
        AND s.content_hash = w.content_hash
        AND CASE
            WHEN s.known_to IS NULL THEN c.known_to IS NULL
            ELSE c.known_from < s.known_to AND (c.known_to IS NULL OR c.known_to >= s.known_to)
        END
)

SELECT
    s.mention_id,
    s.content_hash,
    m.brand,
    CASE c.label WHEN 'unclear' THEN 'unscored' ELSE coalesce(c.label, m.toward, s.label) END,
    coalesce(m.toward, s.label),
    c.mention_id IS NOT NULL,
    m.toward IS NULL,
    CASE WHEN m.toward IS NULL THEN s.confidence END,
    s.scorer,
    s.scorer_version,
    s.score_language,
    s.known_from,
    s.known_to
FROM core.score AS s
JOIN matched AS m ON m.mention_id = s.mention_id AND m.known_from = s.known_from
LEFT JOIN corrected AS c
    ON c.mention_id = s.mention_id AND c.brand = m.brand AND c.score_from = s.known_from
