COMMENT ON COLUMN marts.response_daily.oldest_open_hours IS
    'Age of the oldest open review of the day at the last collecting, in hours; NULL where none is open.'
