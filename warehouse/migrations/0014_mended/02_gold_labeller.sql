COMMENT ON COLUMN core.gold_label.labeller IS
    'Who says so; never in the snapshot that all read, only in a private one.'
