COMMENT ON COLUMN marts.source_health.hours_since_success IS 'From last_success to as_of.'
