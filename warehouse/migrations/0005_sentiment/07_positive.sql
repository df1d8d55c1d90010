COMMENT ON COLUMN core.score.positive IS
    '0..1, VADER: share of positive words as it weighs them; others: probability.'
