ALTER TABLE core.mention_version
    ADD COLUMN direction VARCHAR -- What a high rating means, where measure is ces.
