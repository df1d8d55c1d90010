-- Scores as each brand's figures count them: the sentiment toward the brand where there is one, else
-- that of the whole text. Earlier scores too; each with what was taken of the brand at its end.
CREATE VIEW core.brand_score (
    mention_id, -- The mention.
    content_hash, -- The content that was scored.
    brand, -- The brand that the mention is about.
    label, -- positive, neutral, negative or unscored.
    whole_text, -- Whether label is that of the whole text.
    confidence, -- 0..1, probability that label is right; NULL where the scorer can't tell.
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
)

SELECT
    s.mention_id,
    s.content_hash,
    m.brand,
    coalesce(m.toward, s.label),
    m.toward IS NULL,
    CASE WHEN m.toward IS NULL THEN s.confidence END,
    s.scorer,
    s.scorer_version,
    s.score_language,
    s.known_from,
    s.known_to
FROM core.score AS s
JOIN matched AS m ON m.mention_id = s.mention_id AND m.known_from = s.known_from
