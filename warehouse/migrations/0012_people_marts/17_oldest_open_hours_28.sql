COMMENT ON COLUMN marts.response_daily.oldest_open_hours_28 IS
    'Likewise, of the 28 days up to and with this one.'
