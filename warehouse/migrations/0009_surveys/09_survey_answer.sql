-- Ratings that people gave in surveys, as they are now: one row an answer and brand that it is about.
-- What a survey does not say of its measure, its scale says: 0..10 is NPS; 1..5, 1..7 and 0..1 (bad,
-- good) are CSAT. An answer at a brand's own place is about that brand, whatever others it names.
CREATE VIEW core.survey_answer (
    mention_id, -- The mention.
    brand, -- The brand that it is about.
    watch, -- The watch file that the brand's settings come from.
    survey, -- The survey; NULL where it has no name.
    question, -- The question that was answered.
    measure, -- nps, csat or ces; NULL where neither the survey nor the scale tells.
    published, -- When it was answered (UTC).
    day, -- Likewise, in the brand's time zone.
    author, -- Pseudonym of the respondent; NULL where nothing tells who it was.
    value, -- The answer, on the survey's own scale.
    scale_min, -- Lowest value of that scale.
    scale_max, -- Highest value of that scale.
    direction, -- ces: high_is_easy or high_is_effort; NULL where the survey does not say.
    share, -- 0..1, the answer as a share of its scale.
    class, -- nps: promoter, passive, detractor; csat: satisfied, not_satisfied; NULL for ces, and where the
    -- measure has no definition on this scale.
    counts, -- Whether it counts in survey_score; false: its measure has no definition on this scale.
    segments -- Attributes of the respondent, by name; the survey's name, the product and the country
    -- are among them.
) AS
WITH home AS (
    SELECT brand, watch, timezone
    FROM core.brand
    QUALIFY row_number() OVER (PARTITION BY brand ORDER BY own DESC, watch) = 1
),

given AS (
    SELECT
        *,
        CASE
            WHEN measure IS NOT NULL THEN measure
            WHEN (rating_min, rating_max) = (0, 10) THEN 'nps'
            WHEN (rating_min, rating_max) IN ((1, 5), (1, 7), (0, 1)) THEN 'csat'
        END AS measured,
        (rating - rating_min) / (rating_max - rating_min) AS share,
        map_concat(
            CASE WHEN survey IS NOT NULL THEN MAP {'survey': survey} ELSE MAP {} END,
            CASE WHEN product IS NOT NULL THEN MAP {'product': product} ELSE MAP {} END,
            CASE WHEN country IS NOT NULL THEN MAP {'country': country} ELSE MAP {} END,
            coalesce(TRY(from_json(segments, '"MAP(VARCHAR, VARCHAR)"')), MAP {})
        ) AS attributes
    FROM core.mention
    WHERE kind = 'survey' AND rating IS NOT NULL AND rating_max > rating_min
),

about AS (
    SELECT m.mention_id, m.brand
    FROM core.brand_match AS m
    SEMI JOIN given AS g ON g.mention_id = m.mention_id
    WHERE m.known_to IS NULL
    GROUP BY m.mention_id, m.brand
    QUALIFY bool_or(m.how = 'place')
        OR NOT bool_or(bool_or(m.how = 'place')) OVER (PARTITION BY m.mention_id)
),

classed AS (
    SELECT
        *,
        CASE
            WHEN measured = 'nps' AND (rating_min, rating_max) = (0, 10)
                THEN CASE
                    WHEN rating >= 9 THEN 'promoter'
                    WHEN rating <= 6 THEN 'detractor'
                    ELSE 'passive'
                END
            WHEN measured = 'csat' AND (rating_min, rating_max) = (1, 5)
                THEN CASE WHEN rating >= 4 THEN 'satisfied' ELSE 'not_satisfied' END
            WHEN measured = 'csat' AND (rating_min, rating_max) = (1, 7)
                THEN CASE WHEN rating >= 5 THEN 'satisfied' ELSE 'not_satisfied' END
            WHEN measured = 'csat' AND (rating_min, rating_max) = (0, 1)
                THEN CASE WHEN rating >= 1 THEN 'satisfied' ELSE 'not_satisfied' END
        END AS class
    FROM given
)

SELECT
    m.mention_id,
    h.brand,
    h.watch,
    m.survey,
    m.question,
    m.measured,
    m.published,
    timezone(h.timezone, timezone('UTC', m.published))::DATE,
    m.author,
    m.rating,
    m.rating_min,
    m.rating_max,
    CASE WHEN m.measured = 'ces' THEN m.direction END,
    m.share,
    m.class,
    m.class IS NOT NULL OR coalesce(m.measured = 'ces', false),
    m.attributes
FROM classed AS m
JOIN about AS a ON a.mention_id = m.mention_id
JOIN home AS h ON h.brand = a.brand
