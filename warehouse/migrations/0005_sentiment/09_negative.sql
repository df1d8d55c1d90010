COMMENT ON COLUMN core.score.negative IS
    '0..1, likewise negative.'
