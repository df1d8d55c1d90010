ALTER TABLE core.mention_version
    ADD COLUMN survey VARCHAR -- Survey that it answers, where kind is survey.
