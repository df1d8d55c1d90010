ALTER TABLE core.mention_version
    ADD COLUMN segments VARCHAR -- Attributes of the respondent (plan, persona): a JSON object of texts, by name.
