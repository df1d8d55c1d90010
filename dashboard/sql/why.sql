-- Why the score moved between two days: a row a part; the contributions sum to the change.
SELECT part, how, value_from, value_to, weight_from, weight_to, contribution, score_from, score_to
FROM marts.why_score_moved($brand, $day_from, $day_to)
ORDER BY abs(contribution) DESC NULLS LAST, part
