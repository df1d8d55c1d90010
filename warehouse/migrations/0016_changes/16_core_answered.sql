COMMENT ON COLUMN core.response_daily.answered IS
    'Of the cohort, those that have an answer by now, whenever it came, as the source shows it: a mark that somebody set (core.answer_mark) is none.'
