ALTER TABLE core.quality_result
    ADD COLUMN names VARCHAR[] -- The first 1,000 rows that were wrong, by name; NULL: none, or an older Tidings.
