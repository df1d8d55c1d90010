ALTER TABLE core.source_health DROP COLUMN as_of
