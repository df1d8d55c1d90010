COMMENT ON COLUMN core.score.unscored_reason IS
    'Why there is no score: empty, only_links, language, unknown_language, too_long, low_confidence.'
