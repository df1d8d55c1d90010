COMMENT ON COLUMN marts.answer_queue.rank IS
    'Its place in the brand''s queue: 1 is to be answered first, the greatest priority.'
