COMMENT ON COLUMN marts.answer_queue.hours_left IS
    'Hours until an answer is due, at the last collecting; below 0 it is overdue.'
