-- First and new versions.
INSERT INTO core.mention_version BY NAME
SELECT
    * EXCLUDE (
        label, compound, positive, neutral, negative, unscored_reason, scorer, scorer_version,
        score_language, language_confidence, confidence, flags, brands, keywords, drivers, verdict,
        fresh, revoiced, starts
    ),
    $batch_id AS batch_id,
    starts AS valid_from,
    NULL AS valid_to,
    $known AS known_from,
    NULL AS known_to
FROM arrival
WHERE verdict IN ('new', 'changed')
