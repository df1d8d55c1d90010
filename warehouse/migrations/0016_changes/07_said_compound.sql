COMMENT ON COLUMN core.said.compound IS
    '-1..1, by the scorer, likewise; NULL where unscored, or corrected by a person.'
