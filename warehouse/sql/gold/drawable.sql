-- What may be drawn to be labelled for a brand: one row a voice with a score, in strata of language,
-- label and third of confidence. place: its place by chance within the stratum; of_all: the stratum's
-- size. The same seed draws the same rows. $only_new: of voices that nobody has labelled for the brand,
-- in any copy.
WITH labelled_voice AS (
    SELECT DISTINCT coalesce(c.voice, v.voice_key, v.mention_id::VARCHAR) AS voice
    FROM core.gold_label AS g
    JOIN core.mention_version AS v
        ON v.mention_id = g.mention_id AND v.content_hash = g.content_hash
    LEFT JOIN core.voice_now AS c ON c.voice_key = v.voice_key
    WHERE g.brand = $brand AND g.known_to IS NULL
),

told AS (
    SELECT
        m.mention_id,
        m.content_hash,
        m.published,
        m.title,
        m.text,
        b.score_language AS language,
        b.given AS label,
        b.whole_text,
        b.confidence,
        md5($seed || ' ' || m.mention_id::VARCHAR) AS chance,
        coalesce(c.voice, m.voice_key, m.mention_id::VARCHAR) AS voice,
        row_number() OVER (
            PARTITION BY coalesce(c.voice, m.voice_key, m.mention_id::VARCHAR)
            ORDER BY m.published, m.mention_id
        ) = 1 AS first_copy
    FROM core.brand_score AS b
    JOIN core.mention AS m ON m.mention_id = b.mention_id AND m.content_hash = b.content_hash
    LEFT JOIN core.voice_now AS c ON c.voice_key = m.voice_key
    WHERE b.brand = $brand
        AND b.known_to IS NULL
),

banded AS (
    SELECT
        *,
        CASE
            WHEN confidence IS NULL THEN 0
            ELSE ntile(3) OVER (
                PARTITION BY language, label, confidence IS NULL ORDER BY confidence, mention_id
            )
        END AS band
    FROM told
    WHERE first_copy
        AND label <> 'unscored'
        AND NOT ($only_new AND voice IN (SELECT voice FROM labelled_voice))
        AND ($language::VARCHAR IS NULL OR language = $language)
),

placed AS (
    SELECT
        *,
        row_number() OVER stratum AS place,
        count(*) OVER (PARTITION BY language, label, band) AS of_all
    FROM banded
    WINDOW stratum AS (PARTITION BY language, label, band ORDER BY chance)
)

SELECT
    mention_id::VARCHAR AS mention_id, content_hash, published, title, text, language, label,
    whole_text, confidence, band, of_all
FROM placed
WHERE place <= $n
ORDER BY language, label, band, place
