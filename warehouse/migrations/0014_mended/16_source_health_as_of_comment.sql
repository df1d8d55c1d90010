COMMENT ON COLUMN marts.source_health.as_of IS
    'The last collecting of any source (UTC), which ages are counted to; NULL: there was none.'
