-- Weights are means of fractions, whose last bits hang on the order of rows: nine digits do not.
SELECT scorer, scorer_version, score_language, round(weight, 9) AS weight, gold, given, sum(n)::BIGINT AS n
FROM core.gold_confusion
GROUP BY ALL
ORDER BY ALL
