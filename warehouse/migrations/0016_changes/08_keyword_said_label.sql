COMMENT ON COLUMN core.keyword_said.label IS
    'positive, neutral, negative or unscored: as a person corrected it for the brand, else of the whole text.'
