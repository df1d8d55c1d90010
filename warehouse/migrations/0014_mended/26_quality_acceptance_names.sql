ALTER TABLE core.quality_acceptance
    ADD COLUMN names VARCHAR[] -- The first 1,000 rows that were accepted, by name; NULL: an older Tidings counted only.
