COMMENT ON COLUMN core.incident.closed IS
    'When its evidence was gone, or somebody said that it is over (UTC); NULL: it is open.'
