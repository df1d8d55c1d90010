INSERT INTO core.score
SELECT
    mention_id, content_hash, label, compound, positive, neutral, negative, unscored_reason,
    scorer, scorer_version, score_language, language_confidence, $known, NULL
FROM rescored
