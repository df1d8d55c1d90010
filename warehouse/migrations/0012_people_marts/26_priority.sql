COMMENT ON COLUMN marts.answer_queue.priority IS
    'urgency x (1 + log10(1 + reach)) x (1 + age in target hours, at most 3), at the last collecting: a new review of one star comes before a good one that has waited for long.'
