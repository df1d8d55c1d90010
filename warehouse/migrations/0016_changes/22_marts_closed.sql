COMMENT ON COLUMN marts.incidents.closed IS
    'When its evidence was gone, or somebody said that it is over (UTC); NULL: it is open.'
