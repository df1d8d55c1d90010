COMMENT ON COLUMN marts.answer_queue.overdue IS
    'Whether an answer was due before the last collecting.'
