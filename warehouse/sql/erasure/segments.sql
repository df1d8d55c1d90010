-- Segments that were told, and whether an answer that stays has them.
WITH own AS (
    SELECT DISTINCT segment_value
    FROM core.survey_scores
    WHERE segment_value <> ''
),

answer AS (
    SELECT survey, product, country, segments
    FROM core.mention_version AS v
    ANTI JOIN doomed AS d ON d.mention_id = v.mention_id
    WHERE v.kind = 'survey'
),

having_it AS (
    SELECT unnest([survey, product, country]) AS value
    FROM answer
    UNION
    SELECT unnest(map_values(coalesce(TRY(from_json(segments, '"MAP(VARCHAR, VARCHAR)"')), MAP {})))
    FROM answer
)

SELECT s.rowid, s.segment_value, s.segment_value IN (SELECT value FROM having_it WHERE value IS NOT NULL)
FROM core.survey_scores AS s
WHERE s.segment_value IN (SELECT segment_value FROM own)
