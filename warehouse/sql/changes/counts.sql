SELECT scorer, scorer_version, score_language, given, corrected, n
FROM core.correction_count
ORDER BY ALL
