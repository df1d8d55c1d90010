SELECT brand, day, scorer, scorer_version, score_language, positive, neutral, negative
FROM given
ORDER BY brand, day, scorer, scorer_version, score_language
