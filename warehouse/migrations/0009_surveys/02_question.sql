ALTER TABLE core.mention_version
    ADD COLUMN question VARCHAR -- Question of the survey that it answers.
