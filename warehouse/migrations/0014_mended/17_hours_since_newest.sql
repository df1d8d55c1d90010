COMMENT ON COLUMN marts.source_health.hours_since_newest IS
    'From newest_published to as_of; at a quiet place this is long without a fault.'
