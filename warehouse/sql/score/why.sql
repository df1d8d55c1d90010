SELECT part, how, value_from, value_to, weight_from, weight_to, by_value, by_weight, contribution, score_from, score_to
FROM marts.why_score_moved($brand, $from_day, $to_day)
