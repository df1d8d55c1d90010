COMMENT ON COLUMN core.said.label IS
    'positive, neutral, negative or unscored: as a person corrected it, else toward the brand, else of the whole.'
