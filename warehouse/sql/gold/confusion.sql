SELECT scorer, scorer_version, score_language, weight, gold, given, n
FROM core.gold_confusion
ORDER BY ALL
