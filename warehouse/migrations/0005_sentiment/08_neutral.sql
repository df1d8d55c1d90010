COMMENT ON COLUMN core.score.neutral IS
    '0..1, likewise neutral.'
