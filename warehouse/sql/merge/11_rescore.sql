-- Scores that differ from the one that counts. A late page's score is of content that is gone.
CREATE OR REPLACE TEMP TABLE rescored AS
SELECT a.*
FROM arrival AS a
LEFT JOIN core.score AS s ON s.mention_id = a.mention_id AND s.known_to IS NULL
WHERE a.verdict <> 'late'
    AND (
        s.mention_id IS NULL
        OR a.content_hash <> s.content_hash
        OR a.label <> s.label
        OR NOT core.same_number(a.compound, s.compound)
        OR NOT core.same_number(a.positive, s.positive)
        OR NOT core.same_number(a.neutral, s.neutral)
        OR NOT core.same_number(a.negative, s.negative)
        OR a.unscored_reason IS DISTINCT FROM s.unscored_reason
        OR a.scorer IS DISTINCT FROM s.scorer
        OR a.scorer_version IS DISTINCT FROM s.scorer_version
        OR a.score_language IS DISTINCT FROM s.score_language
        OR NOT core.same_number(a.language_confidence, s.language_confidence)
        OR NOT core.same_number(a.confidence, s.confidence)
        OR a.flags IS DISTINCT FROM coalesce(s.flags, [])
    )
