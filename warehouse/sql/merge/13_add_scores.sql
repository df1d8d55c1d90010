INSERT INTO core.score BY NAME
SELECT
    mention_id, content_hash, label, compound, positive, neutral, negative, unscored_reason,
    scorer, scorer_version, score_language, language_confidence, confidence, flags,
    $known AS known_from
FROM rescored
