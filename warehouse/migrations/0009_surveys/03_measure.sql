ALTER TABLE core.mention_version
    ADD COLUMN measure VARCHAR -- What the rating measures, where the survey says so.
