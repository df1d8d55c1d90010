COMMENT ON COLUMN marts.share_of_voice_daily.coverage IS
    '0..1, of the brands of the watch that of which the watch''s walks collected least on the day; below 1 the counts are lower bounds, and the share may lean to either side.'
